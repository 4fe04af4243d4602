#!/usr/bin/env bash
# Benchmarks against real peers: ./bench.sh handshake|esp|operator [--quick]
PQTUNNEL_PROGRAM=bench/K8sPqTunnel.Bench exec "$(dirname "$0")/tests/lab/run.sh" "$@"
