using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mport.Server.Data.Migrations.Postgres
{
    /// <inheritdoc />
    internal sealed partial class ListIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tokens_user_id_name",
                table: "tokens");

            migrationBuilder.CreateIndex(
                name: "ix_tokens_user_id_name_id",
                table: "tokens",
                columns: new[] { "user_id", "name", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_quotas_subject_id",
                table: "quotas",
                column: "subject_id");

            migrationBuilder.CreateIndex(
                name: "ix_events_actor_id_sequence",
                table: "events",
                columns: new[] { "actor_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_events_kind_sequence",
                table: "events",
                columns: new[] { "kind", "sequence" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tokens_user_id_name_id",
                table: "tokens");

            migrationBuilder.DropIndex(
                name: "ix_quotas_subject_id",
                table: "quotas");

            migrationBuilder.DropIndex(
                name: "ix_events_actor_id_sequence",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_kind_sequence",
                table: "events");

            migrationBuilder.CreateIndex(
                name: "ix_tokens_user_id_name",
                table: "tokens",
                columns: new[] { "user_id", "name" });
        }
    }
}
