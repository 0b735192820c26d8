using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mport.Server.Data.Migrations.Postgres
{
    /// <inheritdoc />
    internal sealed partial class Reservations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_released_names_user_id",
                table: "released_names");

            migrationBuilder.DropForeignKey(
                name: "fk_released_ports_user_id",
                table: "released_ports");

            migrationBuilder.DropIndex(
                name: "ix_released_ports_user_id",
                table: "released_ports");

            migrationBuilder.DropIndex(
                name: "ix_released_names_user_id",
                table: "released_names");

            migrationBuilder.CreateTable(
                name: "reservations",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    user_id = table.Column<string>(type: "character varying(30)", maxLength: 30, nullable: false, collation: "C"),
                    subdomain = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: true, collation: "C"),
                    tcp_port = table.Column<int>(type: "integer", nullable: true),
                    udp_port = table.Column<int>(type: "integer", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reservations", x => x.id);
                    table.ForeignKey(
                        name: "fk_reservations_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_reservations_subdomain",
                table: "reservations",
                column: "subdomain",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_reservations_tcp_port",
                table: "reservations",
                column: "tcp_port",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_reservations_udp_port",
                table: "reservations",
                column: "udp_port",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_reservations_user_id_id",
                table: "reservations",
                columns: new[] { "user_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "reservations");

            migrationBuilder.CreateIndex(
                name: "ix_released_ports_user_id",
                table: "released_ports",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_released_names_user_id",
                table: "released_names",
                column: "user_id");

            migrationBuilder.AddForeignKey(
                name: "fk_released_names_user_id",
                table: "released_names",
                column: "user_id",
                principalTable: "users",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "fk_released_ports_user_id",
                table: "released_ports",
                column: "user_id",
                principalTable: "users",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }
    }
}
