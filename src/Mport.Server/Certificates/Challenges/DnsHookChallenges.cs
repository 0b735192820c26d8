using System.Buffers.Text;
using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Mport.Server.Certificates.Acme;

namespace Mport.Server.Certificates.Challenges;

/// <summary>Lets a program of the operator's set the TXT records that an authority's dns-01 looks for: <c>PROGRAM present|cleanup NAME VALUE</c>.</summary>
/// <param name="program">The program.</param>
/// <param name="time">The clock.</param>
internal sealed class DnsHookChallenges(string program, TimeProvider time) : IChallengeResponder
{
    /// <summary>How long the program may take; a program that waits until the record is seen everywhere may take minutes.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private const int MaxMessage = 500;

    /// <inheritdoc />
    public AcmeChallengeKind Kind => AcmeChallengeKind.Dns01;

    /// <inheritdoc />
    public async Task<IAsyncDisposable> ShowAsync(string name, string token, string authorization, CancellationToken cancellationToken)
    {
        var record = "_acme-challenge." + name;
        var value = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(authorization)));
        if (await RunAsync("present", record, value, cancellationToken) is { } failure)
        {
            throw new AcmeException(failure);
        }

        return new ShownChallenge(async () =>
        {
            // A record that stays does no harm, so its failure is not the order's.
            await RunAsync("cleanup", record, value, CancellationToken.None);
        });
    }

    private async Task<string?> RunAsync(string what, string record, string value, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = new Process { StartInfo = new ProcessStartInfo(program, [what, record, value]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true } };
        try
        {
            process.Start();
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(either.Token);
            await process.StandardOutput.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            var said = (await errors).Trim();
            return process.ExitCode == 0 ? null : $"{program} {what} ended with status {process.ExitCode}: {(said.Length <= MaxMessage ? said : said[..MaxMessage])}";
        }
        catch (Win32Exception missing)
        {
            return $"{program} cannot be started: {missing.Message}";
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return $"{program} {what} did not end within {Limit.TotalMinutes:0} min.";
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
