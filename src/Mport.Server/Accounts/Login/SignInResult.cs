using Mport.Protocol.Errors;
using Mport.Server.Accounts.Web;

namespace Mport.Server.Accounts.Login;

/// <summary>How an attempt to sign in ended.</summary>
internal abstract record SignInResult
{
    private SignInResult()
    {
    }

    /// <summary>Not let in.</summary>
    /// <param name="Why">What the person is told.</param>
    internal sealed record Refused(Failure Why) : SignInResult;

    /// <summary>The password was right, and a code is asked for.</summary>
    /// <param name="Session">The session in which the code can be given.</param>
    internal sealed record CodeWanted(BegunWebSession Session) : SignInResult;

    /// <summary>Let in.</summary>
    /// <param name="Session">The session.</param>
    internal sealed record SignedIn(BegunWebSession Session) : SignInResult;
}
