#!/bin/sh
# First process inside the rehearsal's own user, mount, network and pid namespaces: gives it a network of its own and a root
# folder in which /certs, /etc/ssl, /dev/shm and the resolver are the rehearsal's, then becomes the command.
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

# Brings a folder or link of the machine to the same place in the new root; a file too.
bring() {
  if [ -L "$1" ]; then
    cp -P "$1" "$root$1"
  elif [ -d "$1" ]; then
    mkdir "$root$1"
    mount --rbind "$1" "$root$1"
  elif [ -f "$1" ]; then
    : >"$root$1"
    mount --bind "$1" "$root$1"
  fi
}

ssl=/etc/ssl
if [ -d "$ssl" ]; then
  ssl=$(readlink -f "$ssl")
fi

mount -t tmpfs -o mode=755 rehearsal "$root"
for entry in /* /.[!.]*; do
  # Envoy Gateway reads its certificates from /certs and nowhere else: here that is a folder of the rehearsal's own. The machine's is
  # not bound in at all, so that nothing can be written to it.
  if [ "$entry" = /certs ]; then
    continue
  elif [ "$entry" = /etc ] && [ ! -d /etc/ssl ]; then
    # A mount needs a folder to cover: where there is none, /etc is put together anew, with one more in it.
    mkdir "$root/etc" "$root/etc/ssl"
    for inner in /etc/* /etc/.[!.]*; do
      [ "$inner" = /etc/ssl ] || bring "$inner"
    done
  else
    bring "$entry"
  fi
done
mkdir "$root/certs"
# Who is trusted inside is the rehearsal's to say: it plays the external providers.
mount -t tmpfs -o mode=755 rehearsal-ssl "$root$ssl"
mkdir "$root$ssl/certs"
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
