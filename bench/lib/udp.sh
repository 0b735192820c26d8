# Datagrams of 1,200 bytes by iperf3: as many as go through, and the loss at a rate that a small server should carry without any.
# shellcheck shell=bash

udp_systems=()
udp_bytes=1200
udp_steady=10000 # datagrams a second, 96 Mbit/s

start_udp() {
  udp_systems=(direct)
  port[direct.udp]=${port[direct.bulk]}
  [[ " ${systems[*]} " == *" mport "* ]] || return 0
  local free
  free=$("$tool" ports 1 20000 20999)
  port[mport_udp.udp]=$free
  title[mport_udp]="mport tcp+udp"
  # iperf3 talks over TCP about what it sends over UDP, to the same port number.
  spawn mport_udp out/mport tcp+udp "${port[direct.bulk]}" --remote-port "$free" --name bench-udp
  client[mport_udp.udp]=$spawned
  server[mport_udp]=${server[mport]}
  if wait_for "mport tcp+udp" listens "$free"; then udp_systems+=(mport_udp); else notes+=("udp: $(tail -n 1 "$scratch/mport_udp.log")"); fi
}

# measure_udp SYSTEM steady|most in|out
measure_udp() {
  local system=$1 kind=$2 direction=$3 rate=$((udp_steady * udp_bytes * 8)) rest=() out=$scratch/iperf3-udp.json values
  [[ $kind == steady ]] || rate=0
  [[ $direction == in ]] || rest=(-R)
  if ! timeout $((seconds + 20)) iperf3 -c 127.0.0.1 -p "${port[$system.udp]}" -u -l "$udp_bytes" -b "$rate" -t "$seconds" -J "${rest[@]}" >"$out" 2>&1; then
    notes+=("${title[$system]}: iperf3 -u, $kind, $direction, failed: $(sed -n 's/.*"error": *"\(.*\)".*/\1/p' "$out")")
    sleep 1
    return 0
  fi
  # The last "sum" is the receiver's in the newer versions of iperf3; packets and loss stand in it.
  mapfile -t values < <(awk '/"sum"|"sum_received"/ { in_sum = 1 } in_sum && /"(seconds|packets|lost_percent)"/ { key = $1; gsub(/[^a-z_]/, "", key); gsub(/[^0-9.e+-]/, "", $2); value[key] = $2 }
    /}/ { in_sum = 0 } END { print value["packets"] * (1 - value["lost_percent"] / 100) / value["seconds"]; print value["lost_percent"] }' "$out")
  [[ $kind == steady ]] || record "udp-$direction" "$system" "${values[0]}"
  [[ $kind != steady ]] || record "udp-$direction-loss" "$system" "${values[1]}"
  sleep 0.2
}
