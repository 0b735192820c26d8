using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Mport.Server.Policy.Rules;

/// <summary>One user of a <c>basic_auth</c> rule: the password as a digest of this process, or as the store's hash until it has been seen once.</summary>
/// <param name="secrets">What passwords are compared with.</param>
/// <param name="user">The user's name.</param>
/// <param name="hash">The store's hash; null where the password came from a client.</param>
/// <param name="known">The digest of user and password; null until the password has been seen.</param>
internal sealed class PolicyCredential(PolicySecrets secrets, string user, string? hash, byte[]? known)
{
    private const int Longest = 256;
    private static readonly string[] StoredKeys = ["user", "password_hash"];
    private volatile byte[]? _known = known;

    /// <summary>The user's name.</summary>
    public string User => user;

    /// <summary>Reads <c>user:password</c>, or what the store has.</summary>
    public static PolicyCredential? Read(PolicyNode node, PolicyReading reading)
    {
        if (reading.Origin == PolicyOrigin.Store && node.IsGroup(StoredKeys))
        {
            return node.Get("user")?.Text() is { } name && node.Get("password_hash")?.Text() is { } stored ? new PolicyCredential(reading.Secrets, name, stored, known: null) : null;
        }

        if (node.Text(2 * Longest) is not { } text)
        {
            return null;
        }

        var colon = text.IndexOf(':');
        var password = text[(colon + 1)..];
        if (colon is <= 0 or > Longest || password.Length is 0 or > Longest)
        {
            node.Fault($"It must be user:password, each of at most {Longest} characters.");
            return null;
        }

        if (password == "***")
        {
            node.Fault("Passwords are not shown; give the password itself.");
            return null;
        }

        if (reading.Origin == PolicyOrigin.Owner && !reading.TryTakeHash())
        {
            node.Fault("A policy that is set by the API has at most 10 passwords.");
            return null;
        }

        var digest = reading.Secrets.DigestOf(text);
        return new PolicyCredential(reading.Secrets, text[..colon], reading.Origin == PolicyOrigin.Owner ? reading.Secrets.Hash(password) : null, digest);
    }

    /// <summary>Whether it is this user with this password; null when the edge is too busy to say.</summary>
    /// <param name="name">The offered name.</param>
    /// <param name="password">The offered password.</param>
    /// <param name="digest">The digest of both.</param>
    public bool? Fits(string name, string password, byte[] digest)
    {
        if (_known is { } right)
        {
            return CryptographicOperations.FixedTimeEquals(right, digest);
        }

        // Hashed for a wrong name too, so that the time does not tell which names there are.
        var isUser = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(user));
        var fits = password.Length is > 0 and <= Longest && hash is not null ? secrets.Verify(hash, password) : false;
        if (fits == true && isUser)
        {
            _known = digest;
            return true;
        }

        return fits is null ? null : false;
    }

    /// <summary>As the store has it.</summary>
    public JsonNode ToStored() => new JsonObject { ["user"] = user, ["password_hash"] = hash };

    /// <summary>As it is shown.</summary>
    public JsonNode ToShown() => JsonValue.Create($"{user}:***");
}
