namespace Mport.Protocol.Errors;

/// <summary>Rules in front of a tunnel, for who writes them and for who meets them: 160x and 161x.</summary>
public static class PolicyErrors
{
    /// <summary>The policy cannot be used.</summary>
    public static ErrorDescription PolicyInvalid { get; } = new()
    {
        Code = new(1600),
        Title = "The policy cannot be used",
        Why = "A rule has a key that does not exist, or a value that does not fit; the message names the place.",
        Fix = "Correct it; docs/policy.md has every rule, and `mport policy check FILE` looks at the whole file.",
    };

    /// <summary>The rule does not fit the kind of tunnel.</summary>
    public static ErrorDescription PolicyUnfit { get; } = new()
    {
        Code = new(1601),
        Title = "The policy does not fit the kind of tunnel",
        Why = "TCP, UDP and TLS tunnels have no requests, hosts or paths: rules of the kind ip alone hold for them, without when and except.",
        Fix = "Remove the other rules, or make it an http tunnel.",
    };

    /// <summary>The file cannot be read as a policy.</summary>
    public static ErrorDescription PolicyFileInvalid { get; } = new()
    {
        Code = new(1602),
        Title = "The policy file cannot be used",
        Why = "A policy file is YAML or JSON with a list of rules, by itself or under the key policy.",
        Fix = "Correct the file; docs/policy.md has examples.",
    };

    /// <summary>The visitor has to log in.</summary>
    public static ErrorDescription LoginNeeded { get; } = new()
    {
        Code = new(1610),
        Title = "This address asks for a login",
        Why = "Its owner has put a password or a token in front of it, and the request has none that fits.",
        Fix = "Log in with what its owner gave you.",
    };

    /// <summary>The visitor's address is kept out.</summary>
    public static ErrorDescription AddressRefused { get; } = new()
    {
        Code = new(1611),
        Title = "Your network may not come here",
        Why = "The owner of this address lets visitors of certain networks in, and yours is not among them.",
        Fix = "Come from another network, or ask its owner.",
    };

    /// <summary>The method is not allowed.</summary>
    public static ErrorDescription MethodForbidden { get; } = new()
    {
        Code = new(1612),
        Title = "The method is not allowed here",
        Why = "The owner of this address allows certain methods alone; the Allow header names them.",
        Fix = "Use one of them.",
    };

    /// <summary>Too many requests.</summary>
    public static ErrorDescription TooManyRequests { get; } = new()
    {
        Code = new(1613),
        Title = "Too many requests",
        Why = "The owner of this address allows so many requests in a time, and you have made more.",
        Fix = "Try again after the time that Retry-After names.",
    };

    /// <summary>The request's body is too large.</summary>
    public static ErrorDescription BodyTooLarge { get; } = new()
    {
        Code = new(1614),
        Title = "The request's body is too large",
        Why = "The owner of this address allows bodies up to a certain size.",
        Fix = "Send less.",
    };

    /// <summary>The service is being worked on.</summary>
    public static ErrorDescription Maintenance { get; } = new()
    {
        Code = new(1615),
        Title = "This service is being worked on",
        Why = "Its owner has taken it offline for a while.",
        Fix = "Try again later.",
    };

    /// <summary>Too many wrong passwords.</summary>
    public static ErrorDescription TooManyGuesses { get; } = new()
    {
        Code = new(1616),
        Title = "Too many wrong passwords",
        Why = "Your address has offered wrong passwords or tokens many times, or many do at this moment.",
        Fix = "Try again after the time that Retry-After names.",
    };

    internal static ErrorDescription[] All { get; } =
    [
        PolicyInvalid, PolicyUnfit, PolicyFileInvalid, LoginNeeded, AddressRefused, MethodForbidden, TooManyRequests, BodyTooLarge, Maintenance, TooManyGuesses,
    ];
}
