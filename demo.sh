#!/usr/bin/env bash
# One hybrid post-quantum tunnel on real parts. --standalone (default): strongSwan in network namespaces; --cluster: Kubernetes.
exec "$(dirname "$0")/tests/lab/run.sh" demo "$@"
