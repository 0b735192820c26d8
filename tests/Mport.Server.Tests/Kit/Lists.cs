using Mport.Server.Api;

namespace Mport.Server.Tests.Kit;

/// <summary>Questions to the lists of stores.</summary>
internal static class Lists
{
    /// <summary>The first page, by ids.</summary>
    public static ListQuery Query(int limit = ListRules.MaxLimit) => new(new ListCursors(new byte[32]), "test") { Limit = limit, Sort = "id", Descending = false };
}
