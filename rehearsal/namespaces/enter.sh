#!/bin/sh
# First process inside the rehearsal's own user, mount, network and pid namespaces: gives it a network of its own and a root
# folder in which /certs, /dev/shm and the resolver are the rehearsal's, then becomes the command.
# Usage: enter.sh RUN_FOLDER IP_COMMAND COMMAND [ARG ...]
set -eu
# An ordinary user's PATH often lacks the folders of mount and chroot.
export PATH="${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
run=$1
ip=$2
shift 2
root="$run/root"
mkdir -p "$root"

# Every address of 10.64.0.0/15 is local: pods (10.64.0.0/16) and Services (10.65.0.0/16) answer on their own.
"$ip" link set lo up
"$ip" route add local 10.64.0.0/15 dev lo

mount -t tmpfs -o mode=755 rehearsal "$root"
for entry in /* /.[!.]*; do
  # Envoy Gateway reads its certificates from /certs and nowhere else: here that is a folder of the rehearsal's own. The machine's is
  # not bound in at all, so that nothing can be written to it.
  if [ "$entry" = /certs ]; then
    continue
  elif [ -L "$entry" ]; then
    cp -P "$entry" "$root$entry"
  elif [ -d "$entry" ]; then
    mkdir "$root$entry"
    mount --rbind "$entry" "$root$entry"
  fi
done
mkdir "$root/certs"
# Envoy keeps a segment of a fixed name in shared memory; another user's would make it abort.
if [ -d "$root/dev/shm" ]; then
  mount -t tmpfs -o mode=1777 rehearsal-shm "$root/dev/shm"
fi
resolver=$(readlink -f /etc/resolv.conf || true)
if [ -n "$resolver" ] && [ -f "$root$resolver" ]; then
  mount --bind "$run/resolv.conf" "$root$resolver"
fi
here=$(pwd)
exec chroot "$root" /bin/sh -c 'cd "$1" && shift && exec "$@"' enter "$here" "$@"
