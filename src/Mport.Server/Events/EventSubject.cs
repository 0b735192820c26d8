using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Accounts.Pages;
using Mport.Server.Accounts.Passkeys;
using Mport.Server.Accounts.Web;

namespace Mport.Server.Events;

/// <summary>What it happened to.</summary>
/// <param name="Kind">The kind of object: <c>user</c>, <c>token</c>, <c>tunnel</c>, <c>session</c> and so on, as in the API's paths.</param>
/// <param name="Id">Its id.</param>
/// <param name="Name">What a reader knows it by: an e-mail address, a tunnel's name.</param>
internal sealed record EventSubject(string Kind, string Id, string? Name = null)
{
    /// <summary>An account.</summary>
    public static EventSubject Of(UserId id, string? email = null) => new("user", id.Value, email);

    /// <summary>A token.</summary>
    public static EventSubject Of(TokenId id, string? name = null) => new("token", id.Value, name);

    /// <summary>A browser's session.</summary>
    public static EventSubject Of(WebSession session) => new("web_session", session.Id.Value, BrowserName.Of(session.UserAgent));

    /// <summary>A passkey.</summary>
    public static EventSubject Of(PasskeyId id, string name) => new("passkey", id.Value, name);

    /// <summary>A team.</summary>
    public static EventSubject Of(TeamId id, string? name = null) => new("team", id.Value, name);

    /// <summary>A tunnel.</summary>
    public static EventSubject Of(TunnelId id, string? name = null) => new("tunnel", id.Value, name);
}
