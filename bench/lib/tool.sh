# Builds what is measured and the tool that measures; leaves the tool's path in $tool and a scratch folder in $scratch.
# shellcheck shell=bash

./build
tool=$PWD/obj/bench/mport-bench
if [[ ! -x $tool || -n $(find bench/Mport.Bench src/Mport.Protocol src/Mport.Client tests/Mport.Testing Directory.Build.props Directory.Packages.props -name bin -prune -o -name obj -prune -o -newer "$tool.dll" -print -quit) ]]; then
  DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 dotnet msbuild bench/Mport.Bench -restore -nologo -v:quiet -p:Configuration=Release -p:OutputPath="$PWD/obj/bench/" \
    -p:UseSharedCompilation=false -p:RunAnalyzers=false
  touch "$tool.dll"
fi
scratch=$(mktemp -d "${TMPDIR:-/tmp}/mport-bench.XXXXXX")
ulimit -n "$(ulimit -Hn)"
