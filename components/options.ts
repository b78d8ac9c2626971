import * as pulumi from "@pulumi/pulumi";

/** Options of a child: under its component, the caller's own options last so that they count. */
export const childOf = (
  parent: pulumi.Resource,
  more: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions => pulumi.mergeOptions({ parent }, more);
