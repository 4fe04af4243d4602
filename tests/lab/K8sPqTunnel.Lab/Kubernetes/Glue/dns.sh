#!/bin/bash
# A stand-in for CoreDNS: dnsmasq answers for the ClusterIPs of Services, whose names a watch writes into its hosts folder.
# A deleted Service keeps its name until the cluster ends. Usage: dns.sh KUBECONFIG ADDRESS
set -euo pipefail
hosts=/cluster/dns
mkdir -p "$hosts"
dnsmasq --keep-in-foreground --user=root --conf-file=/dev/null --no-resolv --no-hosts --bind-interfaces \
  --listen-address="$2" --hostsdir="$hosts" --local-ttl=1 --local=/cluster.local/ --pid-file= &

while :; do                          # a watch ends when the API server closes it
  kubectl --kubeconfig "$1" get services --all-namespaces --watch \
    --output jsonpath='{.spec.clusterIP} {.metadata.name}.{.metadata.namespace}.svc.cluster.local{"\n"}' |
    while read -r ip name; do
      [ "$ip" = None ] || echo "$ip $name" > "$hosts/$name"
    done || sleep 1
done
