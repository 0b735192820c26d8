using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mport.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    internal sealed partial class Certificates : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "acme_accounts",
                columns: table => new
                {
                    directory = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    sealed_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_acme_accounts", x => x.directory);
                });

            migrationBuilder.CreateTable(
                name: "certificates",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    chain = table.Column<string>(type: "TEXT", nullable: true),
                    sealed_key = table.Column<byte[]>(type: "BLOB", nullable: true),
                    not_before = table.Column<long>(type: "INTEGER", nullable: true),
                    not_after = table.Column<long>(type: "INTEGER", nullable: true),
                    renew_at = table.Column<long>(type: "INTEGER", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    next_attempt_at = table.Column<long>(type: "INTEGER", nullable: true),
                    failure = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    leased_until = table.Column<long>(type: "INTEGER", nullable: true),
                    warned_days = table.Column<int>(type: "INTEGER", nullable: true),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_certificates", x => x.name);
                });

            migrationBuilder.CreateIndex(
                name: "ix_certificates_updated_at",
                table: "certificates",
                column: "updated_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "acme_accounts");

            migrationBuilder.DropTable(
                name: "certificates");
        }
    }
}
