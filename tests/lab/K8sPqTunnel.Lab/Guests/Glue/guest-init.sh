#!/bin/sh
# The first process of a guest: mounts what its programs need, then runs the lines that the host sends.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/libexec/ipsec HOME=/root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
for scratch in /run /tmp /root; do mount -t tmpfs tmpfs "$scratch"; done
mount -t hostfs -o hostfs=/lab hostfs /lab
ip link set lo up
ip link set vec0 up
# kernel ESP, the interface that each peer programs it by, and what tests make networks of
modprobe -a xfrm_user af_key esp4 esp6 gcm seqiv echainiv authenc hmac cbc chacha20poly1305 veth tun 2>/lab/modules.log
stty -echo
: > /lab/up
# LINE: a number, a space, and a command of the shell. Its output and status go to files of that number.
while read -r number line; do
  sh -c "$line" > "/lab/$number.out" 2> "/lab/$number.err" < /dev/null
  echo $? > "/lab/$number.part"
  mv "/lab/$number.part" "/lab/$number.status"
done
poweroff -f
