using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mport.Server.Certificates.Acme;

/// <summary>Speaks with one authority as one account (RFC 8555). Thread-safe.</summary>
/// <param name="http">Sends.</param>
/// <param name="key">The account's key.</param>
/// <param name="directoryUrl">Where the authority says how it is reached.</param>
internal sealed class AcmeClient(AcmeHttp http, AcmeKey key, Uri directoryUrl)
{
    private const string BadNonce = "urn:ietf:params:acme:error:badNonce";

    // Each answer brings a fresh one, so a second refusal is rare; test servers refuse half of them on purpose.
    private const int MaxNonces = 10;
    private const int KeptNonces = 20;

    private readonly ConcurrentBag<string> _nonces = [];
    private AcmeDirectory? _directory;
    private Uri? _account;

    /// <summary>The account's key.</summary>
    public AcmeKey Key => key;

    /// <summary>The authority's addresses.</summary>
    public async Task<AcmeDirectory> GetDirectoryAsync(CancellationToken cancellationToken)
    {
        if (_directory is { } known)
        {
            return known;
        }

        var reply = await http.SendAsync(HttpMethod.Get, directoryUrl, body: null, cancellationToken);
        return _directory = Read(reply, AcmeJson.Default.AcmeDirectory);
    }

    /// <summary>Makes the account, or finds that the authority has it (7.3.1).</summary>
    public async Task RegisterAsync(string? contact, CancellationToken cancellationToken)
    {
        if (_account is not null)
        {
            return;
        }

        var directory = await GetDirectoryAsync(cancellationToken);
        var wish = new AcmeNewAccount(TermsAgreed: true, contact is null ? null : ["mailto:" + contact]);
        var reply = await PostAsync(directory.NewAccount, JsonSerializer.SerializeToUtf8Bytes(wish, AcmeJson.Default.AcmeNewAccount), cancellationToken);
        _account = reply.Location ?? throw new AcmeException("The authority made an account and does not say where.");
    }

    /// <summary>Orders a certificate.</summary>
    public async Task<(Uri Url, AcmeOrder Order)> OrderAsync(string name, CancellationToken cancellationToken)
    {
        var directory = await GetDirectoryAsync(cancellationToken);
        var wish = new AcmeNewOrder([new AcmeIdentifier("dns", name)]);
        var reply = await PostAsync(directory.NewOrder, JsonSerializer.SerializeToUtf8Bytes(wish, AcmeJson.Default.AcmeNewOrder), cancellationToken);
        return (reply.Location ?? throw new AcmeException("The authority took an order and does not say where it is."), Read(reply, AcmeJson.Default.AcmeOrder));
    }

    /// <summary>Looks at an order; with it, when to look again.</summary>
    public async Task<(AcmeOrder Order, TimeSpan? RetryAfter)> GetOrderAsync(Uri url, CancellationToken cancellationToken)
    {
        var reply = await PostAsync(url, [], cancellationToken);
        return (Read(reply, AcmeJson.Default.AcmeOrder), reply.RetryAfter);
    }

    /// <summary>Looks at what has to be shown; with it, when to look again.</summary>
    public async Task<(AcmeAuthorization Authorization, TimeSpan? RetryAfter)> GetAuthorizationAsync(Uri url, CancellationToken cancellationToken)
    {
        var reply = await PostAsync(url, [], cancellationToken);
        return (Read(reply, AcmeJson.Default.AcmeAuthorization), reply.RetryAfter);
    }

    /// <summary>Tells the authority that it may look (7.5.1).</summary>
    public Task AnswerAsync(AcmeChallenge challenge, CancellationToken cancellationToken) => PostAsync(challenge.Url, "{}"u8.ToArray(), cancellationToken);

    /// <summary>Sends the request for the certificate (7.4).</summary>
    public Task FinalizeAsync(AcmeOrder order, string csr, CancellationToken cancellationToken) =>
        PostAsync(order.Finalize, JsonSerializer.SerializeToUtf8Bytes(new AcmeFinalize(csr), AcmeJson.Default.AcmeFinalize), cancellationToken);

    /// <summary>Fetches a certificate with its chain, in PEM form.</summary>
    public async Task<string> DownloadAsync(Uri url, CancellationToken cancellationToken) => Encoding.ASCII.GetString((await PostAsync(url, [], cancellationToken)).Body);

    /// <summary>When the authority wants a certificate to be renewed (RFC 9773); null where it does not say.</summary>
    /// <param name="certificateId">The certificate's id there: key id and serial number.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<AcmeWindow?> GetRenewalAsync(string certificateId, CancellationToken cancellationToken)
    {
        if ((await GetDirectoryAsync(cancellationToken)).RenewalInfo is not { } address)
        {
            return null;
        }

        var reply = await http.SendAsync(HttpMethod.Get, new Uri($"{address.AbsoluteUri.TrimEnd('/')}/{certificateId}"), body: null, cancellationToken);
        return reply.IsGood ? Read(reply, AcmeJson.Default.AcmeRenewal).SuggestedWindow : null;
    }

    private static T Read<T>(AcmeReply reply, JsonTypeInfo<T> type)
    {
        Require(reply);
        try
        {
            return JsonSerializer.Deserialize(reply.Body, type) ?? throw new AcmeException("The authority answers with nothing.");
        }
        catch (JsonException broken)
        {
            throw new AcmeException($"The authority's answer is not what RFC 8555 says: {broken.Message}", inner: broken);
        }
    }

    private static void Require(AcmeReply reply)
    {
        if (!reply.IsGood)
        {
            throw new AcmeException(Describe(ProblemOf(reply)) ?? $"The authority answers with HTTP status {(int)reply.Status}.", reply.RetryAfter);
        }
    }

    private static AcmeProblem? ProblemOf(AcmeReply reply)
    {
        try
        {
            return JsonSerializer.Deserialize(reply.Body, AcmeJson.Default.AcmeProblem);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A problem in one line; null for none.</summary>
    public static string? Describe(AcmeProblem? problem)
    {
        if (problem is null || (problem.Detail is null && problem.Type is null))
        {
            return null;
        }

        var details = problem.Subproblems is { Count: > 0 } parts ? string.Concat(parts.Take(5).Select(part => " " + part.Detail)) : "";
        var type = problem.Type is { } urn && urn[(urn.LastIndexOf(':') + 1)..] is { Length: > 0 } last ? $" ({last})" : "";
        return $"{problem.Detail}{details}{type}";
    }

    private async Task<AcmeReply> PostAsync(Uri url, byte[] payload, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var nonce = await TakeNonceAsync(cancellationToken);
            var reply = await http.SendAsync(HttpMethod.Post, url, key.Sign(url, nonce, _account, payload), cancellationToken);
            Keep(reply.Nonce);
            if (!reply.IsGood && attempt < MaxNonces && ProblemOf(reply)?.Type == BadNonce)
            {
                continue;
            }

            Require(reply);
            return reply;
        }
    }

    private async Task<string> TakeNonceAsync(CancellationToken cancellationToken)
    {
        if (_nonces.TryTake(out var kept))
        {
            return kept;
        }

        var directory = await GetDirectoryAsync(cancellationToken);
        var reply = await http.SendAsync(HttpMethod.Head, directory.NewNonce, body: null, cancellationToken);
        return reply.Nonce ?? throw new AcmeException("The authority gives no nonce.", reply.RetryAfter);
    }

    private void Keep(string? nonce)
    {
        if (nonce is not null && _nonces.Count < KeptNonces)
        {
            _nonces.Add(nonce);
        }
    }
}
