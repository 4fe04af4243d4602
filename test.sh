#!/usr/bin/env bash
# All tests, or the named parts: ./test.sh [unit] [sim] [interop] [kernel] [cluster] [--seeds N] [--first S] [options of the xunit programs, for example -class '*Replay*']
exec "$(dirname "$0")/tests/lab/run.sh" test "$@"
