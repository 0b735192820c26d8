# What is compared. Each system has NAME_server, which starts its server, and NAME_command BACKEND, which leaves in $command the command
# line of a client that makes the backend reachable at ${port[NAME.BACKEND]}. "direct" has neither: the backend itself is called.
# shellcheck shell=bash

declare -A title=([direct]=direct [ssh]="ssh -R" [mport]=mport [mport_http]="mport, HTTP tunnel" [frp]=frp [rathole]="rathole, no TLS" [bore]="bore, no TLS")
declare -A port server client

# Which of them can run here.
choose_systems() {
  systems=(direct ssh)
  [[ -x out/mportd && -x out/mport ]] && systems+=(mport) || notes+=("mport: not built")
  if command -v frps >/dev/null && command -v frpc >/dev/null; then systems+=(frp); else notes+=("frp: not on the PATH"); fi
  if command -v rathole >/dev/null; then systems+=(rathole); else notes+=("rathole: not on the PATH"); fi
  if command -v bore >/dev/null; then systems+=(bore); else notes+=("bore: not on the PATH"); fi
}

# --- OpenSSH, with a server, keys and configuration of its own

ssh_server() {
  mkdir -p "$scratch/ssh" /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f "$scratch/ssh/host"
  ssh-keygen -q -t ed25519 -N '' -f "$scratch/ssh/user"
  cp "$scratch/ssh/user.pub" "$scratch/ssh/authorized"
  cat >"$scratch/ssh/config" <<EOF
ListenAddress 127.0.0.1
Port ${port[ssh.server]}
HostKey $scratch/ssh/host
AuthorizedKeysFile $scratch/ssh/authorized
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding yes
MaxStartups 100
Ciphers aes128-gcm@openssh.com
EOF
  spawn sshd "$(command -v sshd)" -D -e -f "$scratch/ssh/config"
  server[ssh]=$spawned
  wait_for "sshd" listens "${port[ssh.server]}" || return 1
}

ssh_command() {
  command=(ssh -F /dev/null -N -T -p "${port[ssh.server]}" -i "$scratch/ssh/user" -o IdentitiesOnly=yes -o BatchMode=yes
    -o StrictHostKeyChecking=no -o UserKnownHostsFile="$scratch/ssh/known" -o LogLevel=ERROR -o ExitOnForwardFailure=yes
    -o Compression=no -o Ciphers=aes128-gcm@openssh.com
    -R "127.0.0.1:${port[ssh.$1]}:127.0.0.1:${port[direct.$1]}" "$(id -un)@127.0.0.1")
}

# --- Mport

mport_server() {
  spawn mportd out/mportd serve --data "$scratch/edge" --domain localhost --listen 127.0.0.1 --http-port "${port[mport.public]}" \
    --tls-port "${port[mport.server]}" --tcp-ports 20000-20999
  server[mport]=$spawned
  wait_for "login line from mportd" grep -q 'mport login .*--pin' "$scratch/mportd.log" || return 1
  local login
  login=$(grep -m1 'mport login .*--pin' "$scratch/mportd.log")
  export MPORT_SERVER=127.0.0.1:${port[mport.server]} XDG_CONFIG_HOME=$scratch XDG_STATE_HOME=$scratch
  unset MPORT_CONFIG
  export MPORT_TOKEN MPORT_PIN
  MPORT_TOKEN=$(sed 's/.*--token *\([^ ]*\).*/\1/' <<<"$login")
  MPORT_PIN=$(sed 's/.*--pin *\([^ ]*\).*/\1/' <<<"$login")
}

mport_command() {
  command=(out/mport tcp "${port[direct.$1]}" --remote-port "${port[mport.$1]}" --name "bench-$1")
}

# The same edge, with a tunnel that understands HTTP. Its public port is the edge's own.
mport_http_server() { server[mport_http]=${server[mport]}; }
mport_http_command() {
  command=(out/mport http "${port[direct.$1]}" --subdomain bench --name bench-http)
  port[mport_http.$1]=${port[mport.public]}
}

# --- frp, with its defaults: TLS and its multiplexer on

frp_server() {
  printf 'bindAddr = "127.0.0.1"\nbindPort = %s\nproxyBindAddr = "127.0.0.1"\n' "${port[frp.server]}" >"$scratch/frps.toml"
  spawn frps frps -c "$scratch/frps.toml"
  server[frp]=$spawned
  wait_for "frps" listens "${port[frp.server]}" || return 1
}

frp_command() {
  cat >"$scratch/frpc-$1.toml" <<EOF
serverAddr = "127.0.0.1"
serverPort = ${port[frp.server]}
[[proxies]]
name = "$1"
type = "tcp"
localIP = "127.0.0.1"
localPort = ${port[direct.$1]}
remotePort = ${port[frp.$1]}
EOF
  command=(frpc -c "$scratch/frpc-$1.toml")
}

# --- rathole, plain TCP

rathole_server() {
  local backend
  {
    printf '[server]\nbind_addr = "127.0.0.1:%s"\ndefault_token = "bench"\n' "${port[rathole.server]}"
    for backend in "${backends[@]}"; do
      printf '[server.services.%s]\nbind_addr = "127.0.0.1:%s"\n' "$backend" "${port[rathole.$backend]}"
    done
  } >"$scratch/rathole-server.toml"
  spawn rathole rathole --server "$scratch/rathole-server.toml"
  server[rathole]=$spawned
  wait_for "rathole" listens "${port[rathole.server]}" || return 1
}

rathole_command() {
  printf '[client]\nremote_addr = "127.0.0.1:%s"\ndefault_token = "bench"\n[client.services.%s]\nlocal_addr = "127.0.0.1:%s"\n' \
    "${port[rathole.server]}" "$1" "${port[direct.$1]}" >"$scratch/rathole-$1.toml"
  command=(rathole --client "$scratch/rathole-$1.toml")
}

# --- bore, plain TCP; its control port is fixed

bore_server() {
  spawn bore bore server --min-port 10000 --max-port 19999
  server[bore]=$spawned
  wait_for "bore" listens 7835 || return 1
}

bore_command() { command=(bore local "${port[direct.$1]}" --to 127.0.0.1 --port "${port[bore.$1]}"); }

# start_client SYSTEM BACKEND: a client that stays.
start_client() {
  "$1_command" "$2"
  spawn "$1-$2" "${command[@]}"
  client[$1.$2]=$spawned
  if [[ $1 == mport_http ]]; then
    wait_for "URL from mport http" grep -q '^http' "$scratch/$1-$2.log" || return 1
  else
    wait_for "${title[$1]} for $2" listens "${port[$1.$2]}" || return 1
  fi
}
