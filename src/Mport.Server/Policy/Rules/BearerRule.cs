using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mport.Protocol.Errors;

namespace Mport.Server.Policy.Rules;

/// <summary><c>bearer</c>: the visitor shows one of some tokens (RFC 6750).</summary>
internal sealed class BearerRule : PolicyRule
{
    private const int Most = 50;

    // A token is compared by its SHA-256 alone, so it must be too long to be guessed from that.
    private const int Shortest = 16;
    private const int Longest = 512;
    private static readonly string[] Keys = ["tokens", "pass"];

    private readonly IReadOnlyList<byte[]> _hashes;
    private readonly PolicySecrets _secrets;
    private readonly bool _pass;

    private BearerRule(IReadOnlyList<byte[]> hashes, PolicySecrets secrets, bool pass) => (_hashes, _secrets, _pass) = (hashes, secrets, pass);

    public override string Kind => "bearer";

    public override RuleEffect Effect => RuleEffect.Guards;

    public override bool IsAccess => true;

    /// <summary>Reads a token, a list of tokens, or the keys.</summary>
    public static PolicyRule? Read(PolicyNode node, PolicyReading reading)
    {
        var tokens = node;
        if (node.IsMap)
        {
            if (!node.IsGroup(Keys))
            {
                return null;
            }

            if (node.Get("tokens") is not { } named)
            {
                node.Fault("It needs tokens: a token, or a list of them.");
                return null;
            }

            tokens = named;
        }

        var isStored = reading.Origin == PolicyOrigin.Store;
        var hashes = tokens.Texts(Most, (one, text) => ReadToken(one, text, isStored));
        return hashes is null ? null : new BearerRule(hashes, reading.Secrets, node.Get("pass")?.Switch() ?? false);
    }

    public override PolicyAnswer? Apply(PolicyRequest request, PolicyPlan plan)
    {
        var challenge = "Bearer";
        if (request.Header("Authorization") is [{ Length: > 7 and <= Longest + 7 } text] && text.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            if (_secrets.BlockedFor(request.Address) is { } wait)
            {
                return new PolicyAnswer(StatusCodes.Status429TooManyRequests) { Error = PolicyErrors.TooManyGuesses, RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) };
            }

            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(Encoding.UTF8.GetBytes(text[7..].Trim()), hash);
            var fits = false;
            foreach (var known in _hashes)
            {
                fits |= CryptographicOperations.FixedTimeEquals(known, hash);
            }

            if (fits)
            {
                plan.DropsAuthorization |= !_pass;
                return null;
            }

            _secrets.Failed(request.Address);
            challenge = "Bearer error=\"invalid_token\"";
        }

        return new PolicyAnswer(StatusCodes.Status401Unauthorized) { Error = PolicyErrors.LoginNeeded, Headers = [new("WWW-Authenticate", challenge)] };
    }

    public override JsonNode StoredValue() => ToJson(Convert.ToHexStringLower);

    public override JsonNode ShownValue() => ToJson(static _ => "***");

    private static byte[]? ReadToken(PolicyNode node, string text, bool isStored)
    {
        if (isStored)
        {
            return Convert.FromHexString(text);
        }

        if (text.Length is >= Shortest and <= Longest && text.All(c => c is > ' ' and <= '~'))
        {
            return SHA256.HashData(Encoding.UTF8.GetBytes(text));
        }

        node.Fault($"It must be a token of {Shortest} to {Longest} visible characters.");
        return null;
    }

    private JsonObject ToJson(Func<byte[], string> write) =>
        new() { ["tokens"] = new JsonArray([.. _hashes.Select(hash => JsonValue.Create(write(hash)))]), ["pass"] = _pass };
}
