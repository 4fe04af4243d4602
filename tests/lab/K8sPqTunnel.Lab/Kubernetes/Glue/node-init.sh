#!/bin/bash
# Process 1 of a lab node, started inside the cluster's namespaces: own /run, own /var/lib/kubelet and logs, own host name.
# Says "ready" and stays as the parent of orphans. Its network is set up from outside. Usage: node-init.sh NAME
set -euo pipefail
name=$1

mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
mkdir -p /run/netns
for folder in /var/lib/kubelet /var/lib/cni /var/log/pods /var/log/containers; do
  mkdir -p "/cluster/$name$folder"
  mount --bind "/cluster/$name$folder" "$folder"
done
mount --make-rshared /

# The kubelet insists on setting these, which belong to the whole machine: it finds files that already hold its values.
masked() {
  [ -e "$2" ] || return 0
  echo "$1" > "/run/$(basename "$2")"
  mount --bind "/run/$(basename "$2")" "$2"
}
masked 1 /proc/sys/vm/overcommit_memory
masked 10 /proc/sys/kernel/panic
masked 1 /proc/sys/kernel/panic_on_oops
masked 1000000 /proc/sys/kernel/keys/root_maxkeys
masked 25000000 /proc/sys/kernel/keys/root_maxbytes

echo "$name" > /proc/sys/kernel/hostname
echo 1 > /proc/sys/net/ipv4/ip_forward
ip link set lo up

echo ready
sleep infinity &
wait
