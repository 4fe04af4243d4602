#!/usr/bin/env bash
# Builds the lab, or PQTUNNEL_PROGRAM, and runs it with the given arguments: the part that demo.sh, test.sh, bench.sh and .ci/run share.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."

if [ "$(id -u)" != 0 ]; then
  echo "Run this as root: it makes network namespaces and mounts of its own." >&2
  exit 1
fi
if ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
  echo "The .NET 10 SDK is missing: install it and put dotnet on the PATH." >&2
  exit 1
fi

export HOME=${HOME:-/root} DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
program=${PQTUNNEL_PROGRAM:-tests/lab/K8sPqTunnel.Lab}
log=$(dotnet build "$program" -c Release -v quiet --nologo -nodeReuse:false 2>&1) || { echo "$log" >&2; exit 1; }
exec dotnet "$program/bin/Release/net10.0/$(basename "$program").dll" "$@"
