#!/usr/bin/env bash
# Builds the container images without a container engine, into artifacts/images; see images/README.md.
exec "$(dirname "$0")/../tests/lab/run.sh" images "$@"
