using System.Security.Cryptography;

namespace Mport.Server.Domains;

/// <summary>How an account proves that a domain is its own: a TXT record whose value nobody else's is (SEC-45). Pure.</summary>
internal static class DomainProof
{
    private const string Label = "_mport-challenge.";
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int TokenLength = 32;

    /// <summary>A new account's token: 160 random bits.</summary>
    public static string CreateToken() => RandomNumberGenerator.GetString(Alphabet, TokenLength);

    /// <summary>Where the record of a domain stands.</summary>
    public static string NameOf(string domain) => Label + CustomDomain.Base(domain);

    /// <summary>What the record says. A domain and the wildcard below it are proven each on its own.</summary>
    public static string ValueOf(string domain, string token) => (CustomDomain.IsWildcard(domain) ? "mport-verify-wildcard=" : "mport-verify=") + token;
}
