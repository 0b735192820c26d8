# One function a measure; each appends its values to the file of results.
# shellcheck shell=bash

ticks_per_second=$(getconf CLK_TCK)

# record MEASURE SYSTEM VALUE
record() { printf '%s\t%s\t%s\n' "$1" "${title[$2]}" "$3" >>"$results"; }

# measure_bulk SYSTEM STREAMS in|out [KEY]
measure_bulk() {
  local system=$1 streams=$2 direction=$3 key=${4:-bulk} before=0 after=0 out=$scratch/iperf3.json rest=() rate bytes ids=()
  [[ $direction == in ]] || rest=(-R)
  [[ $system == direct ]] || ids=("${server[$system]}" "${client[$system.bulk]}")
  ((${#ids[@]} == 0)) || before=$(cpu_ticks "${ids[@]}")
  if ! timeout $((seconds + 20)) iperf3 -c 127.0.0.1 -p "${port[$system.bulk]}" -t "$seconds" -P "$streams" -J "${rest[@]}" >"$out" 2>&1; then
    notes+=("${title[$system]}: iperf3 with $streams stream(s), $direction, failed: $(sed -n 's/.*"error": *"\(.*\)".*/\1/p' "$out")")
    sleep 1
    return 0
  fi
  ((${#ids[@]} == 0)) || after=$(cpu_ticks "${ids[@]}")
  read -r bytes rate < <(awk '/"sum_received"/ { found = 1 } found && /"bytes"/ { gsub(/[^0-9.e+]/, "", $2); bytes = $2 }
    found && /"bits_per_second"/ { gsub(/[^0-9.e+]/, "", $2); print bytes, $2; exit }' "$out")
  record "$key-$streams-$direction" "$system" "$(awk -v r="$rate" 'BEGIN { print r / 1e9 }')"
  ((${#ids[@]} == 0)) || record "$key-$streams-$direction-cpu" "$system" \
    "$(awk -v t=$((after - before)) -v h="$ticks_per_second" -v b="$bytes" 'BEGIN { print t / h / (b / 1e9) }')"
  sleep 0.2
}

# measure_requests SYSTEM kept|each
measure_requests() {
  local host=()
  [[ $1 != mport_http ]] || host=(-H "Host: bench.localhost:${port[mport.public]}")
  measure_wrk "requests-$2" "$1" "$2" "${host[@]}"
}

# measure_wrk KEY SYSTEM kept|each OPTION…
measure_wrk() {
  local key=$1 system=$2 kind=$3 headers=("${@:4}") out=$scratch/wrk.txt rate failures ids=() before=0 after=0 requests
  [[ $kind == kept ]] || headers+=(-H "Connection: close")
  [[ -z ${server[$system]:-} || -z ${client[$system.web]:-} ]] || ids=("${server[$system]}" "${client[$system.web]}")
  ((${#ids[@]} == 0)) || before=$(cpu_ticks "${ids[@]}")
  wrk -t 2 -c 64 -d "${seconds}s" --timeout 5s --latency "${headers[@]}" "http://127.0.0.1:${port[$system.web]}/" >"$out" || true
  ((${#ids[@]} == 0)) || after=$(cpu_ticks "${ids[@]}")
  rate=$(awk '/Requests\/sec/ { print $2 }' "$out")
  requests=$(awk '/requests in/ { print $1 }' "$out")
  failures=$(grep -E 'Socket errors|Non-2xx' "$out" | tr -s ' ' | paste -sd';' - || true)
  if [[ -z $rate ]]; then
    notes+=("${title[$system]}, $key: wrk could not connect")
    return 0
  fi
  [[ -z $failures ]] || notes+=("${title[$system]}, $key:$failures of $requests")
  record "$key" "$system" "$rate"
  record "$key-p50" "$system" "$(latency 50% "$out")"
  record "$key-p99" "$system" "$(latency 99% "$out")"
  ((${#ids[@]} == 0 || requests == 0)) || record "$key-cpu" "$system" "$(awk -v t=$((after - before)) -v h="$ticks_per_second" -v n="$requests" 'BEGIN { print t / h / n * 1e6 }')"
}

# A percentile of wrk's, in milliseconds.
latency() {
  awk -v wanted="$1" '$1 == wanted { value = $2 + 0; if ($2 ~ /us$/) value /= 1000; else if ($2 !~ /ms$/) value *= 1000; print value }' "$2"
}

measure_start() {
  local system=$1 milliseconds
  "${system}_command" start
  if milliseconds=$("$tool" first-byte "${port[$system.start]}" -- "${command[@]}" 2>"$scratch/first-byte.log"); then
    record start "$system" "$milliseconds"
  else
    notes+=("${title[$system]}: no first byte: $(tail -n 1 "$scratch/first-byte.log")")
  fi
  # The server has to notice that the client is gone before the next one may have the port.
  sleep 0.5
}

# At rest: before any load has passed, then with 1,000 connections that stand idle.
measure_memory() {
  local system=$1 held=1000 edge_idle client_idle edge_held client_held holder answer
  sleep 1
  edge_idle=$(pss "${server[$system]}")
  client_idle=$(pss "${client[$system.sink]}")
  mkfifo "$scratch/hold-in.$system" "$scratch/hold-out.$system"
  "$tool" hold "${port[$system.sink]}" "$held" <"$scratch/hold-in.$system" >"$scratch/hold-out.$system" 2>"$scratch/hold-$system.log" &
  holder=$!
  started+=("$holder")
  exec 7>"$scratch/hold-in.$system" 8<"$scratch/hold-out.$system"
  if read -r -t 70 answer <&8 && [[ $answer == ready ]]; then
    sleep 2
    edge_held=$(pss "${server[$system]}")
    client_held=$(pss "${client[$system.sink]}")
    record memory-edge-idle "$system" "$(awk -v k="$edge_idle" 'BEGIN { print k / 1024 }')"
    record memory-client-idle "$system" "$(awk -v k="$client_idle" 'BEGIN { print k / 1024 }')"
    record memory-edge-held "$system" "$(awk -v k="$edge_held" 'BEGIN { print k / 1024 }')"
    record memory-client-held "$system" "$(awk -v k="$client_held" 'BEGIN { print k / 1024 }')"
    record memory-each "$system" "$(awk -v k=$((edge_held + client_held - edge_idle - client_idle)) -v n="$held" 'BEGIN { print k / n }')"
  else
    notes+=("${title[$system]}: could not hold $held connections: $(tail -n 1 "$scratch/hold-$system.log")")
  fi
  exec 7>&- 8<&-
  wait "$holder" 2>/dev/null || true
}
