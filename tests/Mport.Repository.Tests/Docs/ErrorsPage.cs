using System.Text;
using Mport.Protocol.Errors;

namespace Mport.Repository.Tests.Docs;

/// <summary>docs/errors.md, as the catalogue has it.</summary>
internal static class ErrorsPage
{
    public const string Path = "docs/errors.md";

    public static string Generate()
    {
        var text = new StringBuilder();
        text.Append("# Errors\n\n");
        text.Append("Each failure that a user can meet has one stable code. It is the same in the terminal, on the browser's error page, in the API and in the logs; ");
        text.Append("`mport explain MP-1101` prints one of these entries. A code is never given to another failure.\n\n");
        text.Append("This page is made from `ErrorCatalog`: change the texts there, then run `UPDATE=1 dotnet run --project tests/Mport.Repository.Tests`.\n");
        foreach (var description in ErrorCatalog.All)
        {
            text.Append($"\n## {description.Code}\n\n**{description.Title}.**\n{description.Why}\n\n*What to do:* {description.Fix}\n");
        }

        return text.ToString();
    }
}
