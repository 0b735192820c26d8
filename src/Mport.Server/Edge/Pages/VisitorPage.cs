using Mport.Protocol.Errors;

namespace Mport.Server.Edge.Pages;

/// <summary>What the edge itself says to a visitor instead of a target's response.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Description">The catalogue's entry.</param>
internal sealed record VisitorPage(int Status, ErrorDescription Description)
{
    /// <summary>The particulars of this case, such as what the client said about its target. Not trusted: it comes from outside.</summary>
    public string? Particulars { get; init; }

    /// <summary>When to try again, in seconds; null for no such header.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Headers that belong to the page.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>True to end the connection after this page: what follows on it cannot be told apart.</summary>
    public bool CloseConnection { get; init; }

    /// <summary>No tunnel has the host. The same for every host.</summary>
    public static VisitorPage UnknownHost { get; } = new(StatusCodes.Status404NotFound, VisitorErrors.UnknownHost);

    /// <summary>The edge's own host has nothing at this path.</summary>
    public static VisitorPage UnknownPath { get; } = new(StatusCodes.Status404NotFound, VisitorErrors.UnknownPath);

    /// <summary>The tunnel's client is not here.</summary>
    public static VisitorPage ClientAway { get; } = new(StatusCodes.Status503ServiceUnavailable, VisitorErrors.ClientAway) { RetryAfter = 5 };

    /// <summary>The tunnel's target is known to be ill, or those of all members of its group.</summary>
    public static VisitorPage TargetIll { get; } = new(StatusCodes.Status503ServiceUnavailable, VisitorErrors.TargetIll) { RetryAfter = 5 };

    /// <summary>Too many requests at one time.</summary>
    public static VisitorPage TunnelBusy { get; } = new(StatusCodes.Status503ServiceUnavailable, VisitorErrors.TunnelBusy) { RetryAfter = 1 };

    /// <summary>The tunnel's account has as many connections as one may have.</summary>
    public static VisitorPage AccountBusy { get; } = new(StatusCodes.Status429TooManyRequests, VisitorErrors.AccountBusy) { RetryAfter = 5 };

    /// <summary>The visitor has as many connections as one may have.</summary>
    public static VisitorPage VisitorBusy { get; } = new(StatusCodes.Status429TooManyRequests, VisitorErrors.VisitorBusy) { RetryAfter = 5 };

    /// <summary>The edge has no room for more.</summary>
    public static VisitorPage EdgeBusy { get; } = new(StatusCodes.Status503ServiceUnavailable, VisitorErrors.EdgeBusy) { RetryAfter = 5 };

    /// <summary>The request is not valid.</summary>
    public static VisitorPage BadRequest { get; } = new(StatusCodes.Status400BadRequest, VisitorErrors.BadRequest) { CloseConnection = true };

    /// <summary>The request has a transfer coding that is not carried.</summary>
    public static VisitorPage BadCoding { get; } = new(StatusCodes.Status501NotImplemented, VisitorErrors.BadRequest) { CloseConnection = true };

    /// <summary>The method is not carried.</summary>
    public static VisitorPage MethodRefused { get; } = new(StatusCodes.Status405MethodNotAllowed, VisitorErrors.MethodRefused) { CloseConnection = true };

    /// <summary>The connection was opened for another host's tunnel.</summary>
    public static VisitorPage Misdirected { get; } = new(StatusCodes.Status421MisdirectedRequest, VisitorErrors.Misdirected);

    /// <summary>The host's tunnel takes TLS alone.</summary>
    public static VisitorPage TlsOnly { get; } = new(StatusCodes.Status421MisdirectedRequest, VisitorErrors.TlsOnly);

    /// <summary>The visitor stopped sending its request.</summary>
    public static VisitorPage VisitorSlow { get; } = new(StatusCodes.Status408RequestTimeout, VisitorErrors.BadRequest)
    {
        Particulars = "The request's body stopped coming.",
        CloseConnection = true,
    };

    /// <summary>A quota is used up, or leaves no room for one more visitor.</summary>
    public static VisitorPage QuotaReached(TimeSpan retryAfter) => new(StatusCodes.Status429TooManyRequests, TunnelErrors.QuotaReached)
    {
        RetryAfter = (int)Math.Ceiling(retryAfter.TotalSeconds),
    };

    /// <summary>The target does not take connections, or dropped one.</summary>
    public static VisitorPage TargetDown(string? particulars) => new(StatusCodes.Status502BadGateway, VisitorErrors.TargetDown) { Particulars = particulars };

    /// <summary>The target did not answer in time.</summary>
    public static VisitorPage TargetSlow(string? particulars) => new(StatusCodes.Status504GatewayTimeout, VisitorErrors.TargetSlow) { Particulars = particulars };

    /// <summary>The target's answer is not HTTP.</summary>
    public static VisitorPage NotHttp(string? particulars) => new(StatusCodes.Status502BadGateway, VisitorErrors.NotHttp) { Particulars = particulars };
}
