using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mport.Server.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    internal sealed partial class Teams : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tunnels_user_id_name",
                table: "tunnels");

            migrationBuilder.CreateTable(
                name: "teams",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 31, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 63, nullable: false),
                    made_by = table.Column<string>(type: "TEXT", maxLength: 30, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    revision = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_teams", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "team_members",
                columns: table => new
                {
                    team_id = table.Column<string>(type: "TEXT", maxLength: 31, nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    is_manager = table.Column<bool>(type: "INTEGER", nullable: false),
                    added_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_team_members", x => new { x.team_id, x.user_id });
                    table.ForeignKey(
                        name: "fk_team_members_team_id",
                        column: x => x.team_id,
                        principalTable: "teams",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_team_members_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            // In one statement: to add the key by itself would copy the table, outside of the transaction, so that a crash would leave half of it.
            migrationBuilder.Sql("ALTER TABLE tunnels ADD COLUMN team_id TEXT NULL CONSTRAINT fk_tunnels_team_id REFERENCES teams (id) ON DELETE RESTRICT;");

            migrationBuilder.CreateIndex(
                name: "ix_tunnels_team_id_id",
                table: "tunnels",
                columns: new[] { "team_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_tunnels_team_id_name",
                table: "tunnels",
                columns: new[] { "team_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tunnels_user_id_name",
                table: "tunnels",
                columns: new[] { "user_id", "name" },
                unique: true,
                filter: "team_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_team_members_user_id_team_id",
                table: "team_members",
                columns: new[] { "user_id", "team_id" });

            migrationBuilder.CreateIndex(
                name: "ix_teams_made_by",
                table: "teams",
                column: "made_by");

            migrationBuilder.CreateIndex(
                name: "ix_teams_name",
                table: "teams",
                column: "name",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_tunnels_team_id",
                table: "tunnels");

            migrationBuilder.DropTable(
                name: "team_members");

            migrationBuilder.DropTable(
                name: "teams");

            migrationBuilder.DropIndex(
                name: "ix_tunnels_team_id_id",
                table: "tunnels");

            migrationBuilder.DropIndex(
                name: "ix_tunnels_team_id_name",
                table: "tunnels");

            migrationBuilder.DropIndex(
                name: "ix_tunnels_user_id_name",
                table: "tunnels");

            migrationBuilder.DropColumn(
                name: "team_id",
                table: "tunnels");

            migrationBuilder.CreateIndex(
                name: "ix_tunnels_user_id_name",
                table: "tunnels",
                columns: new[] { "user_id", "name" },
                unique: true);
        }
    }
}
