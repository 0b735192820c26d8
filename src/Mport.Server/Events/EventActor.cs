using System.Net;
using Mport.Server.Accounts;
using Mport.Server.Api;

namespace Mport.Server.Events;

/// <summary>Who did it, and from where.</summary>
/// <param name="Kind"><c>user</c> (a signed-in person), <c>token</c>, <c>command</c> (the edge's command line), <c>edge</c> or <c>unknown</c>.</param>
/// <param name="Id">The account's or token's id; null where there is none.</param>
/// <param name="Name">The account's e-mail address, or what else tells a reader who it was.</param>
internal sealed record EventActor(string Kind, string? Id = null, string? Name = null)
{
    /// <summary>The edge itself.</summary>
    public static EventActor Edge { get; } = new("edge");

    /// <summary>From where; null where there is no way from outside.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Who called the API.</summary>
    public static EventActor Of(ApiCaller caller) =>
        caller.TokenId is { } token ? OfToken(token, caller.Email, caller.Address) : OfUser(caller.UserId, caller.Email, caller.Address);

    /// <summary>A person who has signed in.</summary>
    public static EventActor OfUser(UserId id, string email, IPAddress? address) => new("user", id.Value, email) { Address = address };

    /// <summary>A program with a token of an account.</summary>
    public static EventActor OfToken(TokenId id, string email, IPAddress? address) => new("token", id.Value, email) { Address = address };

    /// <summary>Somebody at the edge's command line, under this name of the operating system.</summary>
    public static EventActor OfCommand(string systemUser) => new("command", Id: null, systemUser);

    /// <summary>Somebody who has not shown who he is.</summary>
    /// <param name="claimed">Who he says he is, if anybody.</param>
    /// <param name="address">From where.</param>
    public static EventActor Unknown(string? claimed, IPAddress? address) => new("unknown", Id: null, claimed) { Address = address };
}
