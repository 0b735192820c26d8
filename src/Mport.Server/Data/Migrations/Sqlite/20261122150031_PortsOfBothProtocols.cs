using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mport.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    internal sealed partial class PortsOfBothProtocols : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tunnels_proto_port",
                table: "tunnels");

            migrationBuilder.RenameColumn(
                name: "port",
                table: "tunnels",
                newName: "tcp_port");

            migrationBuilder.AddColumn<int>(
                name: "udp_port",
                table: "tunnels",
                type: "INTEGER",
                nullable: true);

            // Most ports are TCP's; the others move over.
            migrationBuilder.Sql("UPDATE tunnels SET udp_port = tcp_port, tcp_port = NULL WHERE proto = 'udp'");

            migrationBuilder.CreateTable(
                name: "released_ports",
                columns: table => new
                {
                    transport = table.Column<string>(type: "TEXT", maxLength: 3, nullable: false),
                    port = table.Column<int>(type: "INTEGER", nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    released_at = table.Column<long>(type: "INTEGER", nullable: false)
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
                name: "ix_released_ports_user_id",
                table: "released_ports",
                column: "user_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "released_ports");

            migrationBuilder.DropIndex(
                name: "ix_tunnels_tcp_port",
                table: "tunnels");

            migrationBuilder.DropIndex(
                name: "ix_tunnels_udp_port",
                table: "tunnels");

            // The old schema has no word for both protocols.
            migrationBuilder.Sql("DELETE FROM tunnels WHERE proto = 'tcp+udp'");
            migrationBuilder.Sql("UPDATE tunnels SET tcp_port = udp_port WHERE proto = 'udp'");

            migrationBuilder.DropColumn(
                name: "udp_port",
                table: "tunnels");

            migrationBuilder.RenameColumn(
                name: "tcp_port",
                table: "tunnels",
                newName: "port");

            migrationBuilder.CreateIndex(
                name: "ix_tunnels_proto_port",
                table: "tunnels",
                columns: new[] { "proto", "port" },
                unique: true);
        }
    }
}
