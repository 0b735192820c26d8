using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mport.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class UsageQuotasAndEvents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "event_anchors",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_anchors", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "events",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    is_audit = table.Column<bool>(type: "INTEGER", nullable: false),
                    actor_kind = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    actor_id = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true),
                    actor_name = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true),
                    address = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    account_id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: true),
                    subject_kind = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    subject_id = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true),
                    subject_name = table.Column<string>(type: "TEXT", maxLength: 320, nullable: true),
                    before = table.Column<string>(type: "TEXT", maxLength: 8000, nullable: true),
                    after = table.Column<string>(type: "TEXT", maxLength: 8000, nullable: true),
                    code = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    hash = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_events", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "quotas",
                columns: table => new
                {
                    kind = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false),
                    subject_id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    tunnels = table.Column<long>(type: "INTEGER", nullable: true),
                    names = table.Column<long>(type: "INTEGER", nullable: true),
                    ports = table.Column<long>(type: "INTEGER", nullable: true),
                    connections = table.Column<long>(type: "INTEGER", nullable: true),
                    bandwidth = table.Column<long>(type: "INTEGER", nullable: true),
                    bytes_per_day = table.Column<long>(type: "INTEGER", nullable: true),
                    bytes_per_month = table.Column<long>(type: "INTEGER", nullable: true),
                    requests_per_day = table.Column<long>(type: "INTEGER", nullable: true),
                    action = table.Column<string>(type: "TEXT", maxLength: 8, nullable: true),
                    throttle_to = table.Column<long>(type: "INTEGER", nullable: true),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_quotas", x => new { x.kind, x.subject_id });
                });

            migrationBuilder.CreateTable(
                name: "usage",
                columns: table => new
                {
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    start = table.Column<long>(type: "INTEGER", nullable: false),
                    account_id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    token_id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    tunnel_id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    bytes_in = table.Column<long>(type: "INTEGER", nullable: false),
                    bytes_out = table.Column<long>(type: "INTEGER", nullable: false),
                    connections = table.Column<long>(type: "INTEGER", nullable: false),
                    requests = table.Column<long>(type: "INTEGER", nullable: false),
                    datagrams_in = table.Column<long>(type: "INTEGER", nullable: false),
                    datagrams_out = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_usage", x => new { x.account_id, x.step, x.start, x.tunnel_id, x.token_id });
                });

            migrationBuilder.CreateTable(
                name: "usage_writers",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    written_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_usage_writers", x => x.id);
                });

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "event_anchors");

            migrationBuilder.DropTable(
                name: "events");

            migrationBuilder.DropTable(
                name: "quotas");

            migrationBuilder.DropTable(
                name: "usage");

            migrationBuilder.DropTable(
                name: "usage_writers");
        }
    }
}
