using System.Globalization;
using System.Net;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;

namespace Mport.Server.Domains;

/// <summary>The form of custom domains: a host name of two labels or more that is not the edge's, or <c>*.</c> and such a name, which stands for any one label.</summary>
internal static class CustomDomain
{
    /// <summary>Characters at most: those of a host name, and of the wildcard before it.</summary>
    public const int MaxLength = 255;

    private const string Wildcard = "*.";
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Brings a domain to its one form: lower-case ASCII without a dot at the end.</summary>
    /// <param name="text">As a person writes it.</param>
    /// <param name="edge">The edge's own domain, whose subdomains are given otherwise.</param>
    /// <param name="name">The form.</param>
    /// <returns>Why it cannot be one, or null when it can.</returns>
    public static Failure? Read(string text, string edge, out string name)
    {
        name = "";
        if (ToAscii(text.Trim()) is not { } ascii)
        {
            return Failure.Of(DomainErrors.DomainInvalid, $"\"{Short(text)}\" is not a host name such as shop.example.com, nor one after *.");
        }

        var bare = Base(ascii);
        if (!DomainName.IsHostName(bare) || !bare.Contains('.', StringComparison.Ordinal) || IPAddress.TryParse(bare, out _) || bare.EndsWith(".localhost", StringComparison.Ordinal))
        {
            return Failure.Of(DomainErrors.DomainInvalid, $"\"{Short(text)}\" is not a host name of two labels or more, such as shop.example.com.");
        }

        if (bare == edge || bare.EndsWith("." + edge, StringComparison.Ordinal))
        {
            return Failure.Of(DomainErrors.DomainInvalid, $"{bare} lies in the edge's own domain, whose names are given as subdomains.");
        }

        name = ascii;
        return null;
    }

    /// <summary>The name without its wildcard.</summary>
    public static string Base(string name) => name.StartsWith(Wildcard, StringComparison.Ordinal) ? name[Wildcard.Length..] : name;

    /// <summary>Whether the name stands for any one label.</summary>
    public static bool IsWildcard(string name) => name.StartsWith(Wildcard, StringComparison.Ordinal);

    /// <summary>The domains whose proof covers a host: its own name, and that of any label in the place of its first.</summary>
    public static IReadOnlyList<string> Covering(string host) =>
        IsWildcard(host) ? [host] : [host, string.Concat("*", host.AsSpan(host.IndexOf('.', StringComparison.Ordinal)))];

    private static string? ToAscii(string text)
    {
        var wildcard = IsWildcard(text);
        var bare = (wildcard ? text[Wildcard.Length..] : text).TrimEnd('.');
        if (bare.Length is 0 or > 253)
        {
            return null;
        }

        try
        {
            return (wildcard ? Wildcard : "") + Idn.GetAscii(bare).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
