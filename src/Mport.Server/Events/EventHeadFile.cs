using System.Text;
using Mport.Server.Data;

namespace Mport.Server.Events;

/// <summary>
/// The end of the log, noted in the data folder: whoever cuts events off the end of the log in the database alone is found out by
/// <c>mportd audit verify</c>.
/// </summary>
/// <param name="dataFolder">The edge's data folder.</param>
/// <param name="logger">The log.</param>
internal sealed class EventHeadFile(string dataFolder, ILogger<EventHeadFile> logger)
{
    private const string FileName = "audit.head";
    private const int MaxBytes = 256;

    private readonly string _path = Path.Combine(dataFolder, FileName);

    /// <summary>Notes the end. A folder that cannot be written does not keep events from being written.</summary>
    public async Task NoteAsync(EventHead head, CancellationToken cancellationToken)
    {
        try
        {
            await EdgeFiles.WriteWholeAsync(_path, Encoding.ASCII.GetBytes(head + "\n"), cancellationToken);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            logger.HeadNotNoted(denied.Message);
        }
    }

    /// <summary>The end as it was last noted; null when it never was, or cannot be read.</summary>
    public async Task<EventHead?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new FileInfo(_path) is { Exists: true, Length: <= MaxBytes } ? EventHead.Parse(await File.ReadAllTextAsync(_path, cancellationToken)) : null;
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
