using System.Net.Security;
using Mport.Cli.Configuration;
using Mport.Cli.Output;
using Mport.Client;
using Mport.Client.Dialing;

namespace Mport.Cli.Probing;

/// <summary>Compares this machine's clock with the edge's, which says the time in its HTTP answers. A wrong clock makes certificates and tokens look expired.</summary>
internal static class ClockCheck
{
    // Less than this harms nothing that checks times.
    private static readonly TimeSpan s_harmless = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    public static async Task<ProbeStep> RunAsync(EdgeAddress edge, EdgeSettings settings, TimeProvider time, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(s_limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        using var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                // Not mport/1: the edge answers this as a web server.
                ApplicationProtocols = [SslApplicationProtocol.Http11],
                RemoteCertificateValidationCallback = new CertificateCheck(edge, settings.Pin, settings.Insecure).Verify,
            },
        });
        try
        {
            using var ask = new HttpRequestMessage(HttpMethod.Head, new Uri($"https://{edge}/"));
            using var answer = await http.SendAsync(ask, either.Token);
            return answer.Headers.Date is { } theirs ? Compare(theirs, time.GetUtcNow()) : ProbeStep.Ok("clock", "the edge does not say its time");
        }
        catch (Exception noAnswer) when (noAnswer is HttpRequestException or IOException || (noAnswer is OperationCanceledException && limit.IsCancellationRequested))
        {
            return ProbeStep.Ok("clock", "the edge does not say its time");
        }
    }

    internal static ProbeStep Compare(DateTimeOffset edge, DateTimeOffset here)
    {
        var ahead = here - edge;
        return ahead.Duration() <= s_harmless
            ? ProbeStep.Ok("clock", "agrees with the edge's")
            : ProbeStep.Warn("clock", $"this machine is {Quantity.Duration(ahead.Duration())} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the edge; set the time");
    }
}
