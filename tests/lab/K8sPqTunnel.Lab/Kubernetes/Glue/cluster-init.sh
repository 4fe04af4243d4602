#!/bin/bash
# Process 1 of a lab cluster: moves into the Debian root, makes the bridge that joins the nodes, says "ready" and stays as the
# parent of orphans. Everything in the cluster dies with it.
# Usage: cluster-init.sh ROOT KUBERNETES_BINARIES CLUSTER_FOLDER BRIDGE_ADDRESS SERVICE_NETWORK DNS_ADDRESS
set -euo pipefail
root=$1 binaries=$2 folder=$3 bridge=$4 services=$5 dns=$6

mount --bind "$root" "$root"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount --bind "$binaries" "$root/opt/kubernetes"
mount --bind "$folder" "$root/cluster"
mount -o remount,bind,ro "$root"
cd "$root"
pivot_root . mnt
cd /
umount -l /mnt
export PATH=/opt/kubernetes:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount --make-rshared /
mkdir -p /run/netns

echo cluster > /proc/sys/kernel/hostname
echo 1 > /proc/sys/net/ipv4/ip_forward
ip link set lo up
ip link add kube0 type bridge
ip address add "$bridge" dev kube0
ip address add "$dns/32" dev kube0
ip link set kube0 up
ip route add "$services" dev kube0   # kube-proxy's rules take it from there; without a route nothing is sent at all

echo ready
sleep infinity &
wait
