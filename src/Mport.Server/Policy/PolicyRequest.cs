using System.Net;
using Microsoft.Extensions.Primitives;

namespace Mport.Server.Policy;

/// <summary>A visitor's request as rules see it: each thing in the one form that is compared.</summary>
internal abstract class PolicyRequest
{
    /// <summary>The method; a WebSocket over HTTP/2 counts as GET, as it is one over HTTP/1.1.</summary>
    public required string Method { get; init; }

    /// <summary>The path and query as the visitor wrote them.</summary>
    public required string Target { get; init; }

    /// <summary>The path in the form that rules compare.</summary>
    public required PolicyPath Path { get; init; }

    /// <summary>The host: lower-case, without port and without the dot at its end.</summary>
    public required string Host { get; init; }

    /// <summary>The visitor's address; never an IPv4 address mapped into IPv6.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Whether the visitor came by HTTPS.</summary>
    public required bool IsHttps { get; init; }

    /// <summary>What an https URL of this host begins with, such as <c>https://shop.example:8443</c>.</summary>
    public required string HttpsOrigin { get; init; }

    /// <summary>The body's length, where the request says it.</summary>
    public long? ContentLength { get; init; }

    /// <summary>A header's values.</summary>
    public abstract StringValues Header(string name);

    /// <summary>An address in the form that rules compare.</summary>
    public static IPAddress Plain(IPAddress? address) =>
        address is null ? IPAddress.None : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

/// <summary>A request that is only described, for <c>mport policy check</c>.</summary>
internal sealed class DescribedRequest : PolicyRequest
{
    private readonly Dictionary<string, StringValues> _headers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a header.</summary>
    public DescribedRequest With(string name, string value)
    {
        _headers[name] = StringValues.Concat(_headers.GetValueOrDefault(name), value);
        return this;
    }

    /// <inheritdoc />
    public override StringValues Header(string name) => _headers.GetValueOrDefault(name);
}
