import * as pulumi from "@pulumi/pulumi";

/** Options of a child: under its component, the caller's own options last so that they count. */
export const childOf = (
  parent: pulumi.Resource,
  more: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions => pulumi.mergeOptions({ parent }, more);

/**
 * A name that every preview knows, even before the cluster does, and whose users wait for the resources all the same. A property of
 * the resources themselves would be unknown in the first preview, and with it the names of what uses it.
 */
export const onceThere = (resources: readonly pulumi.Resource[], value: string): pulumi.Output<string> =>
  pulumi.all(resources.map(({ urn }) => urn)).apply(() => value);
