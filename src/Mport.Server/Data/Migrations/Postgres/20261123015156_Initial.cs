using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mport.Server.Data.Migrations.Postgres
{
    /// <inheritdoc />
    internal sealed partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "event_anchors",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_anchors", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: true, collation: "C"),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    kind = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    is_audit = table.Column<bool>(type: "boolean", nullable: false),
                    actor_kind = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    actor_id = table.Column<string>(type: "character varying(320)", maxLength: 320, nullable: true, collation: "C"),
                    actor_name = table.Column<string>(type: "character varying(320)", maxLength: 320, nullable: true, collation: "C"),
                    address = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    account_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: true, collation: "C"),
                    subject_kind = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    subject_id = table.Column<string>(type: "character varying(320)", maxLength: 320, nullable: true, collation: "C"),
                    subject_name = table.Column<string>(type: "character varying(320)", maxLength: 320, nullable: true, collation: "C"),
                    before = table.Column<string>(type: "character varying(8000)", maxLength: 8000, nullable: true, collation: "C"),
                    after = table.Column<string>(type: "character varying(8000)", maxLength: 8000, nullable: true, collation: "C"),
                    code = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true, collation: "C"),
                    hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_events", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "idempotent_requests",
                columns: table => new
                {
                    key_hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    request_hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    answer = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotent_requests", x => x.key_hash);
                });

            migrationBuilder.CreateTable(
                name: "invitations",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    email = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false, collation: "C"),
                    role = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false, collation: "C"),
                    invited_by = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: true, collation: "C"),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    accepted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_invitations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "quotas",
                columns: table => new
                {
                    kind = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false, collation: "C"),
                    subject_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    tunnels = table.Column<long>(type: "bigint", nullable: true),
                    names = table.Column<long>(type: "bigint", nullable: true),
                    ports = table.Column<long>(type: "bigint", nullable: true),
                    connections = table.Column<long>(type: "bigint", nullable: true),
                    bandwidth = table.Column<long>(type: "bigint", nullable: true),
                    bytes_per_day = table.Column<long>(type: "bigint", nullable: true),
                    bytes_per_month = table.Column<long>(type: "bigint", nullable: true),
                    requests_per_day = table.Column<long>(type: "bigint", nullable: true),
                    action = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: true, collation: "C"),
                    throttle_to = table.Column<long>(type: "bigint", nullable: true),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_quotas", x => new { x.kind, x.subject_id });
                });

            migrationBuilder.CreateTable(
                name: "usage",
                columns: table => new
                {
                    step = table.Column<int>(type: "integer", nullable: false),
                    start = table.Column<long>(type: "bigint", nullable: false),
                    account_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    token_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    tunnel_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    bytes_in = table.Column<long>(type: "bigint", nullable: false),
                    bytes_out = table.Column<long>(type: "bigint", nullable: false),
                    connections = table.Column<long>(type: "bigint", nullable: false),
                    requests = table.Column<long>(type: "bigint", nullable: false),
                    datagrams_in = table.Column<long>(type: "bigint", nullable: false),
                    datagrams_out = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_usage", x => new { x.account_id, x.step, x.start, x.tunnel_id, x.token_id });
                });

            migrationBuilder.CreateTable(
                name: "usage_writers",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    written_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_usage_writers", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "users",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    email = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false, collation: "C"),
                    normalized_email = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false, collation: "C"),
                    is_admin = table.Column<bool>(type: "boolean", nullable: false),
                    is_owner = table.Column<bool>(type: "boolean", nullable: false),
                    is_auditor = table.Column<bool>(type: "boolean", nullable: false),
                    password_hash = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: true, collation: "C"),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    disabled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    security_stamp = table.Column<long>(type: "bigint", nullable: false),
                    totp_secret = table.Column<byte[]>(type: "bytea", maxLength: 64, nullable: true),
                    totp_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    totp_last_step = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_users", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "account_links",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    user_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    security_stamp = table.Column<long>(type: "bigint", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_account_links", x => x.hash);
                    table.ForeignKey(
                        name: "fk_account_links_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "device_logins",
                columns: table => new
                {
                    device_hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    user_hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    machine = table.Column<string>(type: "character varying(48)", maxLength: 48, nullable: false, collation: "C"),
                    address = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    polled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    interval_seconds = table.Column<int>(type: "integer", nullable: false),
                    user_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: true, collation: "C"),
                    is_approved = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_device_logins", x => x.device_hash);
                    table.ForeignKey(
                        name: "fk_device_logins_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "recovery_codes",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_recovery_codes", x => new { x.user_id, x.hash });
                    table.ForeignKey(
                        name: "fk_recovery_codes_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "released_names",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false, collation: "C"),
                    user_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    released_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_released_names", x => x.name);
                    table.ForeignKey(
                        name: "fk_released_names_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "released_ports",
                columns: table => new
                {
                    transport = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    port = table.Column<int>(type: "integer", nullable: false),
                    user_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    released_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_released_ports", x => new { x.transport, x.port });
                    table.ForeignKey(
                        name: "fk_released_ports_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "tokens",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    user_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    scopes = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    networks = table.Column<string>(type: "character varying(3200)", maxLength: 3200, nullable: false, collation: "C"),
                    names = table.Column<string>(type: "character varying(1280)", maxLength: 1280, nullable: false, collation: "C"),
                    revision = table.Column<long>(type: "bigint", nullable: false),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_used_address = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tokens", x => x.id);
                    table.ForeignKey(
                        name: "fk_tokens_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "tunnels",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    user_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    name = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false, collation: "C"),
                    proto = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false, collation: "C"),
                    subdomain = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: true, collation: "C"),
                    tcp_port = table.Column<int>(type: "integer", nullable: true),
                    udp_port = table.Column<int>(type: "integer", nullable: true),
                    port_chosen_by_user = table.Column<bool>(type: "boolean", nullable: false),
                    labels = table.Column<string>(type: "character varying(13380)", maxLength: 13380, nullable: false, collation: "C"),
                    target_hint = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: true, collation: "C"),
                    stopped_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revision = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tunnels", x => x.id);
                    table.ForeignKey(
                        name: "fk_tunnels_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "web_sessions",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    user_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    security_stamp = table.Column<long>(type: "bigint", nullable: false),
                    awaits_code = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    address = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    user_agent = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_web_sessions", x => x.id);
                    table.ForeignKey(
                        name: "fk_web_sessions_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_account_links_user_id",
                table: "account_links",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_device_logins_expires_at",
                table: "device_logins",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_device_logins_user_hash",
                table: "device_logins",
                column: "user_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_device_logins_user_id",
                table: "device_logins",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_events_account_id_sequence",
                table: "events",
                columns: new[] { "account_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_events_id",
                table: "events",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_events_is_audit_sequence",
                table: "events",
                columns: new[] { "is_audit", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_events_subject_id_sequence",
                table: "events",
                columns: new[] { "subject_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_idempotent_requests_created_at",
                table: "idempotent_requests",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_invitations_hash",
                table: "invitations",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_released_names_user_id",
                table: "released_names",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_released_ports_user_id",
                table: "released_ports",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_tokens_user_id_id",
                table: "tokens",
                columns: new[] { "user_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_tokens_user_id_name",
                table: "tokens",
                columns: new[] { "user_id", "name" });

            migrationBuilder.CreateIndex(
                name: "ix_tunnels_subdomain",
                table: "tunnels",
                column: "subdomain",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tunnels_tcp_port",
                table: "tunnels",
                column: "tcp_port",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tunnels_udp_port",
                table: "tunnels",
                column: "udp_port",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tunnels_user_id_id",
                table: "tunnels",
                columns: new[] { "user_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_tunnels_user_id_name",
                table: "tunnels",
                columns: new[] { "user_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_usage_step_start",
                table: "usage",
                columns: new[] { "step", "start" });

            migrationBuilder.CreateIndex(
                name: "ix_usage_token_id_step_start",
                table: "usage",
                columns: new[] { "token_id", "step", "start" });

            migrationBuilder.CreateIndex(
                name: "ix_usage_tunnel_id_step_start",
                table: "usage",
                columns: new[] { "tunnel_id", "step", "start" });

            migrationBuilder.CreateIndex(
                name: "ix_users_normalized_email",
                table: "users",
                column: "normalized_email",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_web_sessions_expires_at",
                table: "web_sessions",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_web_sessions_hash",
                table: "web_sessions",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_web_sessions_user_id",
                table: "web_sessions",
                column: "user_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "account_links");

            migrationBuilder.DropTable(
                name: "device_logins");

            migrationBuilder.DropTable(
                name: "event_anchors");

            migrationBuilder.DropTable(
                name: "events");

            migrationBuilder.DropTable(
                name: "idempotent_requests");

            migrationBuilder.DropTable(
                name: "invitations");

            migrationBuilder.DropTable(
                name: "quotas");

            migrationBuilder.DropTable(
                name: "recovery_codes");

            migrationBuilder.DropTable(
                name: "released_names");

            migrationBuilder.DropTable(
                name: "released_ports");

            migrationBuilder.DropTable(
                name: "tokens");

            migrationBuilder.DropTable(
                name: "tunnels");

            migrationBuilder.DropTable(
                name: "usage");

            migrationBuilder.DropTable(
                name: "usage_writers");

            migrationBuilder.DropTable(
                name: "web_sessions");

            migrationBuilder.DropTable(
                name: "users");
        }
    }
}
