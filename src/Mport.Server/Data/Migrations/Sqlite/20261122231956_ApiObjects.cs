using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mport.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ApiObjects : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tokens_user_id",
                table: "tokens");

            migrationBuilder.AddColumn<string>(
                name: "labels",
                table: "tunnels",
                type: "TEXT",
                maxLength: 13380,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "revision",
                table: "tunnels",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "stopped_at",
                table: "tunnels",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "target_hint",
                table: "tunnels",
                type: "TEXT",
                maxLength: 254,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "names",
                table: "tokens",
                type: "TEXT",
                maxLength: 1280,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "networks",
                table: "tokens",
                type: "TEXT",
                maxLength: 3200,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "revision",
                table: "tokens",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "idempotent_requests",
                columns: table => new
                {
                    key_hash = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 32, nullable: false),
                    request_hash = table.Column<byte[]>(type: "BLOB", fixedLength: true, maxLength: 32, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    answer = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotent_requests", x => x.key_hash);
                });

            migrationBuilder.CreateTable(
                name: "released_names",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    released_at = table.Column<long>(type: "INTEGER", nullable: false)
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

            migrationBuilder.CreateIndex(
                name: "ix_tunnels_user_id_id",
                table: "tunnels",
                columns: new[] { "user_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_tokens_user_id_id",
                table: "tokens",
                columns: new[] { "user_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_tokens_user_id_name",
                table: "tokens",
                columns: new[] { "user_id", "name" });

            migrationBuilder.CreateIndex(
                name: "ix_idempotent_requests_created_at",
                table: "idempotent_requests",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_released_names_user_id",
                table: "released_names",
                column: "user_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "idempotent_requests");

            migrationBuilder.DropTable(
                name: "released_names");

            migrationBuilder.DropIndex(
                name: "ix_tunnels_user_id_id",
                table: "tunnels");

            migrationBuilder.DropIndex(
                name: "ix_tokens_user_id_id",
                table: "tokens");

            migrationBuilder.DropIndex(
                name: "ix_tokens_user_id_name",
                table: "tokens");

            migrationBuilder.DropColumn(
                name: "labels",
                table: "tunnels");

            migrationBuilder.DropColumn(
                name: "revision",
                table: "tunnels");

            migrationBuilder.DropColumn(
                name: "stopped_at",
                table: "tunnels");

            migrationBuilder.DropColumn(
                name: "target_hint",
                table: "tunnels");

            migrationBuilder.DropColumn(
                name: "names",
                table: "tokens");

            migrationBuilder.DropColumn(
                name: "networks",
                table: "tokens");

            migrationBuilder.DropColumn(
                name: "revision",
                table: "tokens");

            migrationBuilder.CreateIndex(
                name: "ix_tokens_user_id",
                table: "tokens",
                column: "user_id");
        }
    }
}
