# Many clients and idle visitors on one edge. Its table says for each result whether the goal is reached.
# shellcheck shell=bash

# run_scale [quick] [small]
run_scale() {
  local words=("$@") edge_options=() needed=16000
  if (($(ulimit -n) < needed)) && [[ " ${words[*]} " != *" quick "* ]]; then
    echo "bench: 10,000 visitors need $needed open files in one process, and this shell may have $(ulimit -n); measuring a tenth" >&2
    words+=(quick)
  fi
  # All visitors and clients have addresses of this one machine, which the edge's limits by address would take for one crowd.
  mapfile -t edge_options < <(many_from_one_address --max-handshakes --max-handshakes-per-address --max-waiting-per-address --max-visitors-per-address
    --max-visitors-per-account --max-sessions-per-account --address-accept-rate --accept-rate --max-visitors)
  {
    echo "## ./bench/run --scale${words[*]:+ (${words[*]})}, $(date -u +%Y-%m-%dT%H:%MZ)"
    echo
    echo "$(nproc) cores ($(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)), Linux $(uname -r). Clients, visitors and target are processes of the same machine." \
      "Options of the edge beyond the defaults: ${edge_options[*]:-none}."
    echo
    "$tool" scale "$scratch" "${words[@]}" -- "${edge_options[@]}"
  } | tee "$name-scale.md"
}

# The options that this edge has for limits by address, one word a line.
many_from_one_address() {
  local help option
  help=$(out/mportd serve --help)
  for option in "$@"; do
    ! grep -q -- "$option" <<<"$help" || printf '%s\n' "$option" 100000
  done
}
