using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace Mport.Server.Domains;

/// <summary>Asks a DNS server: the given one, or the machine's own.</summary>
internal sealed class DnsDomainResolver : IDomainResolver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Lazy<LookupClient> _client;

    /// <summary>Asks this server.</summary>
    /// <param name="server">Null for what the machine is told to ask.</param>
    public DnsDomainResolver(IPEndPoint? server) => _client = new Lazy<LookupClient>(() => new LookupClient(OptionsOf(server)));

    /// <inheritdoc />
    public async Task<DnsAnswer> ReadTextsAsync(string name, CancellationToken cancellationToken) =>
        await AskAsync(name, QueryType.TXT, static record => record is TxtRecord text ? string.Concat(text.Text) : null, cancellationToken);

    /// <inheritdoc />
    public async Task<DnsAnswer> ReadAddressesAsync(string name, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(
            AskAsync(name, QueryType.A, ToText, cancellationToken),
            AskAsync(name, QueryType.AAAA, ToText, cancellationToken));
        string[] values = [.. answers.SelectMany(answer => answer.Values).Distinct(StringComparer.Ordinal)];
        return new DnsAnswer(values, values.Length > 0 ? null : answers.FirstOrDefault(answer => answer.Failure is not null)?.Failure);
    }

    private static LookupClientOptions OptionsOf(IPEndPoint? server)
    {
        var options = server is null ? new LookupClientOptions() : new LookupClientOptions(server);
        // People look, correct, and look again: an answer that is minutes old is of no use to them.
        options.UseCache = false;
        options.Timeout = Patience;
        options.Retries = 1;
        options.ThrowDnsErrors = false;
        options.ContinueOnDnsError = false;
        return options;
    }

    private static string? ToText(DnsResourceRecord record) => record switch
    {
        AddressRecord address => address.Address.ToString(),
        CNameRecord alias => alias.CanonicalName.Value.TrimEnd('.').ToLowerInvariant(),
        _ => null,
    };

    private async Task<DnsAnswer> AskAsync(string name, QueryType type, Func<DnsResourceRecord, string?> toText, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _client.Value.QueryAsync(name, type, QueryClass.IN, cancellationToken);
            return response.HasError && response.Header.ResponseCode != DnsHeaderResponseCode.NotExistentDomain
                ? new DnsAnswer([], $"The DNS server answered {response.ErrorMessage}.")
                : new DnsAnswer([.. response.Answers.Select(toText).OfType<string>()]);
        }
        catch (Exception failed) when (failed is DnsResponseException or System.Net.Sockets.SocketException or ArgumentException or InvalidOperationException
            || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new DnsAnswer([], $"The DNS could not be asked: {failed.InnerException?.Message ?? failed.Message}");
        }
    }
}
