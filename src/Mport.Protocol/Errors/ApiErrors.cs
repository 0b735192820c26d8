namespace Mport.Protocol.Errors;

/// <summary>The REST API: 150x and 151x.</summary>
public static class ApiErrors
{
    /// <summary>The request has no credentials.</summary>
    public static ErrorDescription Unauthenticated { get; } = new()
    {
        Code = new(1500),
        Title = "The request has no credentials",
        Why = "The API serves nobody whom it does not know.",
        Fix = "Send a token as `Authorization: Bearer mpt_…`; `mportd token create` makes one.",
    };

    /// <summary>There is no such thing.</summary>
    public static ErrorDescription NotFound { get; } = new()
    {
        Code = new(1501),
        Title = "There is no such thing",
        Why = "Nothing is at this path, or it belongs to another account, or it was deleted.",
        Fix = "Check the path and the id; GET on the list shows what there is.",
    };

    /// <summary>The path does not take this method.</summary>
    public static ErrorDescription MethodNotAllowed { get; } = new()
    {
        Code = new(1502),
        Title = "The path does not take this method",
        Why = "The resource exists, but not this operation on it.",
        Fix = "Use one of the methods in the answer's Allow header.",
    };

    /// <summary>Only an administrator may do this.</summary>
    public static ErrorDescription RoleMissing { get; } = new()
    {
        Code = new(1503),
        Title = "Only an administrator may do this",
        Why = "The operation is about other accounts or about the edge.",
        Fix = "Ask an administrator of the edge.",
    };

    /// <summary>The request is not valid.</summary>
    public static ErrorDescription RequestInvalid { get; } = new()
    {
        Code = new(1504),
        Title = "The request is not valid",
        Why = "A parameter or a member of the body is missing, unknown, or has a value that cannot be used.",
        Fix = "Correct what the answer's errors list names.",
    };

    /// <summary>The request's body is too large.</summary>
    public static ErrorDescription BodyTooLarge { get; } = new()
    {
        Code = new(1505),
        Title = "The request's body is too large",
        Why = "The API takes bodies of at most 64 KiB.",
        Fix = "Send less.",
    };

    /// <summary>The body's media type is not supported.</summary>
    public static ErrorDescription MediaTypeUnsupported { get; } = new()
    {
        Code = new(1506),
        Title = "The body's media type is not supported",
        Why = "The API reads application/json, and application/merge-patch+json for PATCH.",
        Fix = "Send Content-Type: application/json.",
    };

    /// <summary>The request needs If-Match.</summary>
    public static ErrorDescription PreconditionRequired { get; } = new()
    {
        Code = new(1507),
        Title = "The request needs If-Match",
        Why = "It replaces the whole object, and without a precondition it could undo somebody else's change.",
        Fix = "Read the object, and send its ETag as If-Match; If-Match: * replaces whatever is there.",
    };

    /// <summary>The object has changed meanwhile.</summary>
    public static ErrorDescription PreconditionFailed { get; } = new()
    {
        Code = new(1508),
        Title = "The object has changed meanwhile",
        Why = "Its ETag is not the one in If-Match.",
        Fix = "Read the object again, and repeat the change on what it is now.",
    };

    /// <summary>The idempotency key belongs to another request.</summary>
    public static ErrorDescription IdempotencyKeyReused { get; } = new()
    {
        Code = new(1509),
        Title = "The idempotency key belongs to another request",
        Why = "The same Idempotency-Key was sent before with another method, path or body.",
        Fix = "Use a new key for each new request.",
    };

    /// <summary>The same request is under way.</summary>
    public static ErrorDescription IdempotencyInProgress { get; } = new()
    {
        Code = new(1510),
        Title = "The same request is under way",
        Why = "A request with this Idempotency-Key has not been answered yet.",
        Fix = "Wait for the time in Retry-After, then send it again.",
    };

    /// <summary>Too many requests.</summary>
    public static ErrorDescription TooManyRequests { get; } = new()
    {
        Code = new(1511),
        Title = "Too many requests",
        Why = "The account has used up the requests that the API takes from one account.",
        Fix = "Wait for the time in Retry-After. If you operate the edge, see --api-rate.",
    };

    /// <summary>The cursor is not valid.</summary>
    public static ErrorDescription CursorInvalid { get; } = new()
    {
        Code = new(1512),
        Title = "The cursor is not valid",
        Why = "A cursor works only in the list, with the sort and the search that it was given for, and only as it was given.",
        Fix = "Begin the list anew without a cursor.",
    };

    /// <summary>The edge failed to serve the request.</summary>
    public static ErrorDescription UnexpectedFault { get; } = new()
    {
        Code = new(1513),
        Title = "The edge failed to serve the request",
        Why = "This is a fault of the edge. Its log tells more under the answer's trace_id.",
        Fix = "Try again; if it stays, tell the edge's operator the trace_id.",
    };

    /// <summary>The edge needs an owner.</summary>
    public static ErrorDescription LastOwner { get; } = new()
    {
        Code = new(1514),
        Title = "The edge needs an owner",
        Why = "The account is the last enabled owner, and without one nobody could manage the edge.",
        Fix = "Make another account an owner first.",
    };

    /// <summary>The edge's disk is full.</summary>
    public static ErrorDescription StorageFull { get; } = new()
    {
        Code = new(1515),
        Title = "The edge's disk is full",
        Why = "The change could not be written. Open tunnels go on.",
        Fix = "Tell the edge's operator; try again when there is room.",
    };

    /// <summary>The request's body stopped coming.</summary>
    public static ErrorDescription BodyTimeout { get; } = new()
    {
        Code = new(1516),
        Title = "The request's body stopped coming",
        Why = "The API waits 15 s for a whole body.",
        Fix = "Send the request again.",
    };

    /// <summary>The token does not work from this address.</summary>
    public static ErrorDescription TokenNetworkRefused { get; } = new()
    {
        Code = new(1517),
        Title = "The token does not work from this address",
        Why = "The token was bound to networks, and the request or client comes from elsewhere.",
        Fix = "Use it from one of its networks, or make a token for this one.",
    };

    /// <summary>The token may not open a tunnel of this name.</summary>
    public static ErrorDescription TokenNameRefused { get; } = new()
    {
        Code = new(1518),
        Title = "The token may not open a tunnel of this name",
        Why = "The token was bound to names of tunnels, and this is none of them.",
        Fix = "Choose a name that the token is for, or make a token for this one.",
    };

    /// <summary>The account has too many of these.</summary>
    public static ErrorDescription TooManyObjects { get; } = new()
    {
        Code = new(1519),
        Title = "The account has too many of these",
        Why = "The edge keeps only so many objects of a kind for one account.",
        Fix = "Delete some that are not needed.",
    };

    internal static ErrorDescription[] All { get; } =
    [
        Unauthenticated, NotFound, MethodNotAllowed, RoleMissing, RequestInvalid, BodyTooLarge,
        MediaTypeUnsupported, PreconditionRequired, PreconditionFailed, IdempotencyKeyReused, IdempotencyInProgress, TooManyRequests,
        CursorInvalid, UnexpectedFault, LastOwner, StorageFull, BodyTimeout,
        TokenNetworkRefused, TokenNameRefused, TooManyObjects,
    ];
}
