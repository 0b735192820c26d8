using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mport.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    internal sealed partial class CustomDomains : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tunnels_subdomain",
                table: "tunnels");

            migrationBuilder.AddColumn<string>(
                name: "path",
                table: "tunnels",
                type: "TEXT",
                maxLength: 200,
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "domain_tokens",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    token = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_domain_tokens", x => x.user_id);
                    table.ForeignKey(
                        name: "fk_domain_tokens_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "domains",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    proven_at = table.Column<long>(type: "INTEGER", nullable: true),
                    checked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    missing_since = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_domains", x => x.id);
                    table.ForeignKey(
                        name: "fk_domains_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "tunnel_hosts",
                columns: table => new
                {
                    host = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    path = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    tunnel_id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    domain_id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tunnel_hosts", x => new { x.host, x.path });
                    table.ForeignKey(
                        name: "fk_tunnel_hosts_domain_id",
                        column: x => x.domain_id,
                        principalTable: "domains",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_tunnel_hosts_tunnel_id",
                        column: x => x.tunnel_id,
                        principalTable: "tunnels",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_tunnels_subdomain_path",
                table: "tunnels",
                columns: new[] { "subdomain", "path" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_domains_checked_at",
                table: "domains",
                column: "checked_at");

            migrationBuilder.CreateIndex(
                name: "ix_domains_name",
                table: "domains",
                column: "name",
                unique: true,
                filter: "proven_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_domains_user_id_id",
                table: "domains",
                columns: new[] { "user_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_domains_user_id_name",
                table: "domains",
                columns: new[] { "user_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tunnel_hosts_domain_id",
                table: "tunnel_hosts",
                column: "domain_id");

            migrationBuilder.CreateIndex(
                name: "ix_tunnel_hosts_tunnel_id",
                table: "tunnel_hosts",
                column: "tunnel_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "domain_tokens");

            migrationBuilder.DropTable(
                name: "tunnel_hosts");

            migrationBuilder.DropTable(
                name: "domains");

            migrationBuilder.DropIndex(
                name: "ix_tunnels_subdomain_path",
                table: "tunnels");

            migrationBuilder.DropColumn(
                name: "path",
                table: "tunnels");

            migrationBuilder.CreateIndex(
                name: "ix_tunnels_subdomain",
                table: "tunnels",
                column: "subdomain",
                unique: true);
        }
    }
}
