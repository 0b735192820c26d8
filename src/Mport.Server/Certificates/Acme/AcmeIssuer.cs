using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mport.Server.Certificates.Challenges;

namespace Mport.Server.Certificates.Acme;

/// <summary>Gets one certificate from an authority, from the order to the chain.</summary>
internal sealed class AcmeIssuer(AcmeClient client, IChallengeResponder responder, string? contact, TimeProvider time)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Gets a certificate for a name.</summary>
    /// <param name="name">The name; a wildcard only where the responder sets DNS records.</param>
    /// <param name="cancellationToken">Gives up; what was set up for the authority to look at is taken away.</param>
    /// <exception cref="AcmeException">There is none; the message says why.</exception>
    public async Task<IssuedCertificate> IssueAsync(string name, CancellationToken cancellationToken)
    {
        await client.RegisterAsync(contact, cancellationToken);
        var (url, order) = await client.OrderAsync(name, cancellationToken);
        foreach (var authorization in order.Authorizations)
        {
            await ShowAsync(authorization, cancellationToken);
        }

        order = await WaitAsync(url, static order => order.Status is "pending" or "processing", cancellationToken);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (order.Status == "ready")
        {
            await client.FinalizeAsync(order, RequestFor(name, key), cancellationToken);
            order = await WaitAsync(url, static order => order.Status is "ready" or "processing", cancellationToken);
        }

        if (order is not { Status: "valid", Certificate: { } certificate })
        {
            throw new AcmeException(AcmeClient.Describe(order.Error) ?? $"The order ended as {order.Status}.");
        }

        return IssuedCertificate.Of(await client.DownloadAsync(certificate, cancellationToken), key);
    }

    private static string RequestFor(string name, ECDsa key)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256) { CertificateExtensions = { names.Build() } };
        return Base64Url.EncodeToString(request.CreateSigningRequest());
    }

    private async Task ShowAsync(Uri url, CancellationToken cancellationToken)
    {
        var (authorization, _) = await client.GetAuthorizationAsync(url, cancellationToken);
        if (authorization.Status == "valid")
        {
            return;
        }

        var kind = responder.Kind.ToText();
        if (authorization.Challenges.FirstOrDefault(one => one.Type == kind) is not { Token: { } token } challenge)
        {
            throw new AcmeException($"The authority offers no {kind} for {authorization.Identifier.Value}.");
        }

        await using var shown = await responder.ShowAsync(authorization.Identifier.Value, token, client.Key.Authorize(token), cancellationToken);
        await client.AnswerAsync(challenge, cancellationToken);
        var wait = FirstWait;
        while (true)
        {
            var (now, retryAfter) = await client.GetAuthorizationAsync(url, cancellationToken);
            if (now.Status == "valid")
            {
                return;
            }

            if (now.Status is not "pending")
            {
                throw new AcmeException(AcmeClient.Describe(now.Challenges.FirstOrDefault(one => one.Type == kind)?.Error) ?? $"The authority's look at {authorization.Identifier.Value} ended as {now.Status}.");
            }

            wait = await PauseAsync(wait, retryAfter, cancellationToken);
        }
    }

    private async Task<AcmeOrder> WaitAsync(Uri url, Func<AcmeOrder, bool> isUnderWay, CancellationToken cancellationToken)
    {
        for (var wait = FirstWait; ;)
        {
            var (order, retryAfter) = await client.GetOrderAsync(url, cancellationToken);
            if (!isUnderWay(order))
            {
                return order;
            }

            wait = await PauseAsync(wait, retryAfter, cancellationToken);
        }
    }

    private async Task<TimeSpan> PauseAsync(TimeSpan wait, TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        // No longer than we would wait ourselves: an hour's pause is for the next attempt, not for this one.
        var pause = retryAfter is { } asked && asked > wait ? (asked < LongestWait ? asked : LongestWait) : wait;
        await Task.Delay(pause, time, cancellationToken);
        return wait * 2 < LongestWait ? wait * 2 : LongestWait;
    }
}
