using System.Security.Cryptography.X509Certificates;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Data;

namespace Mport.Server.Hosting.Commands;

/// <summary>Looks at everything that an edge needs to start, without changing any of it.</summary>
internal static class EdgeCheck
{
    public const string Ok = "ok", Warn = "warn", Fail = "fail";

    /// <summary>Warns so long before a certificate ends.</summary>
    private static readonly TimeSpan _soon = TimeSpan.FromDays(30);

    /// <summary>The results, one a subject and more for ports.</summary>
    public static async Task<IReadOnlyList<CheckLine>> RunAsync(EdgeSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var database = await EdgeDatabase.InspectAsync(settings.Database, cancellationToken);
        var lines = new List<CheckLine>
        {
            new(Ok, "configuration", $"domain {settings.Domain}"),
            CheckFolder(settings.DataFolder),
            CheckDatabase(settings.Database, database),
        };
        if (database.State is DatabaseState.Current)
        {
            lines.Add(await CheckAccountsAsync(settings, time, cancellationToken));
        }

        if (settings.Mail is { } mail)
        {
            lines.Add(new(Ok, "mail", $"from {mail.From} by {mail.Server}; try it with `mportd mail test ADDRESS`"));
        }

        lines.Add(CheckCertificate(settings, time));
        lines.AddRange(EdgeLock.IsHeld(settings.DataFolder)
            ? [new CheckLine(Ok, "ports", "not tested: an edge runs with this data folder")]
            : PortCheck.Run(settings));
        return lines;
    }

    private static CheckLine CheckFolder(string path)
    {
        const string Subject = "data folder";
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? new(Fail, Subject, $"{path} is a file") : new(Ok, Subject, $"{path} will be made at the first start");
        }

        try
        {
            var probe = Path.Combine(path, ".check-" + Guid.NewGuid().ToString("N"));
            EdgeFiles.Open(probe, FileMode.CreateNew, FileShare.None).Dispose();
            File.Delete(probe);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            return new(Fail, Subject, Failure.Of(EdgeErrors.DataFolderUnusable, $"{path} cannot be written: {denied.Message}").ToString());
        }

        return EdgeFiles.IsOpenToOthers(path) ? new(Warn, Subject, $"{path} is open to other users; chmod 700 it") : new(Ok, Subject, path);
    }

    private static CheckLine CheckDatabase(DatabaseUrl url, DatabaseInspection found)
    {
        const string Subject = "database";
        return found switch
        {
            { Failure: { } failure } => new(Fail, Subject, failure.ToString()),
            { State: DatabaseState.New } => new(Ok, Subject, $"{url}: the tables will be made at the first start"),
            { State: DatabaseState.Older } => new(Ok, Subject, $"{url} is of an older version and will be brought up to date; keep a copy"),
            { Warning: { } warning } => new(Warn, Subject, warning),
            _ => new(Ok, Subject, url.ToString()),
        };
    }

    private static async Task<CheckLine> CheckAccountsAsync(EdgeSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        const string Subject = "accounts";
        using var database = await EdgeDatabase.OpenAsync(settings.Database, time, cancellationToken);
        var count = await new UserStore(database.Contexts, time).CountAsync(cancellationToken);
        return count switch
        {
            { All: 0 } => new(Ok, Subject, "the owner will be made at the first start"),
            { Enabled: 0 } => new(Fail, Subject, Failure.Of(EdgeErrors.NoAccounts, $"None of the {count.All} accounts is enabled.").ToString()),
            _ => new(Ok, Subject, $"{count.Enabled} of {count.All} enabled"),
        };
    }

    private static CheckLine CheckCertificate(EdgeSettings settings, TimeProvider time)
    {
        const string Subject = "certificate";
        if (!EdgeCertificate.Exists(settings))
        {
            return new(Ok, Subject, "one will be made at the first start");
        }

        try
        {
            using var certificate = EdgeCertificate.Load(settings, time);
            var end = certificate.Certificate.NotAfter.ToUniversalTime();
            var until = $"{certificate.Pin}, until {end:yyyy-MM-dd}";
            return end - time.GetUtcNow().UtcDateTime < _soon ? new(Warn, Subject, $"it ends soon: {until}")
                : !certificate.Certificate.MatchesHostname(settings.Domain) ? new(Warn, Subject, $"it is not for {settings.Domain}: {until}")
                : new(Ok, Subject, until);
        }
        catch (EdgeStartException failed)
        {
            return new(Fail, Subject, failed.Failure.ToString());
        }
    }
}
