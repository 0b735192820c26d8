using System.Text;
using Mport.Server.Accounts;
using Mport.Server.Data;
using Mport.Server.Hosting.Logging;

namespace Mport.Server.Hosting;

/// <summary>
/// Where an edge's pages are, kept in its data folder (<c>web-address</c>): a command that runs beside the edge was not given the edge's options, and is to
/// print links that work.
/// </summary>
internal static class WebAddressFile
{
    private const string FileName = "web-address";
    private const int MaxLength = 300;

    /// <summary>Keeps the address. An edge serves without it: a full disk must not stop its start.</summary>
    public static async Task WriteAsync(string folder, string root, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await EdgeFiles.WriteWholeAsync(Path.Combine(folder, FileName), Encoding.UTF8.GetBytes(root + "\n"), cancellationToken);
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            logger.WebAddressNotWritten(unwritten.Message);
        }
    }

    /// <summary>The address of the edge that ran last with this folder, or null.</summary>
    public static string? Read(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, FileName)).Trim();
            return text.Length <= MaxLength && VisibleText.Of(text) == text && Uri.TryCreate(text, UriKind.Absolute, out _) ? text : null;
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
