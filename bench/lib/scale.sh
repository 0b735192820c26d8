# Many clients and idle visitors on one edge. Its table says for each result whether the goal is reached.
# shellcheck shell=bash

# run_scale [quick] [small]
run_scale() {
  local words=("$@") edge_options=() needed=16000
  if (($(ulimit -n) < needed)) && [[ " ${words[*]} " != *" quick "* ]]; then
    echo "bench: 10,000 visitors need $needed open files in one process, and this shell may have $(ulimit -n); measuring a tenth" >&2
    words+=(quick)
  fi
  # All visitors belong to one account, and all clients come from one address; a real crowd does not.
  mapfile -t edge_options < <(where_known --max-visitors 14000 --max-visitors-per-account 14000 --max-handshakes-per-address 512)
  {
    echo "## ./bench/run --scale${words[*]:+ (${words[*]})}, $(date -u +%Y-%m-%dT%H:%MZ)"
    echo
    echo "$(nproc) cores ($(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)), Linux $(uname -r). Clients, visitors and target are processes of the same machine." \
      "Options of the edge beyond the defaults: ${edge_options[*]:-none}."
    echo
    "$tool" scale "$scratch" "${words[@]}" -- "${edge_options[@]}"
  } | tee "$name-scale.md"
}

# where_known OPTION VALUE…: those that this edge has, one word a line.
where_known() {
  local help
  help=$(out/mportd serve --help)
  while (($#)); do
    ! grep -q -- "$1 " <<<"$help" || printf '%s\n' "$1" "$2"
    shift 2
  done
}
