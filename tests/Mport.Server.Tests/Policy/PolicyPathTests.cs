using Mport.Server.Policy;

namespace Mport.Server.Tests.Policy;

public sealed class PolicyPathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b.html", "/a/b.html")]
    [InlineData("/%61dmin", "/admin")]
    [InlineData("/%C3%BCber", "/über")]
    [InlineData("/a%20b/", "/a b/")]
    public void PathThatAllReadAlike_IsDecodedAndPlain(string raw, string text) => Assert.Equal(new PolicyPath(text, IsPlain: true), PolicyPath.Of(raw));

    [Theory]
    [InlineData("/public/../admin", "/admin")]
    [InlineData("/public/%2e%2e/admin", "/admin")]
    [InlineData("/public/.%2E/admin", "/admin")]
    [InlineData("/./admin", "/admin")]
    [InlineData("//admin", "/admin")]
    [InlineData("/public/..%2fadmin", "/admin")]
    [InlineData("/admin%2fx", "/admin/x")]
    [InlineData("/public/..%5cadmin", "/admin")]
    [InlineData("/public\\..\\admin", "/admin")]
    [InlineData("/../../admin", "/admin")]
    [InlineData("/public/..;/admin", "/admin")]
    [InlineData("/admin/..", "/")]
    public void PathThatServersReadDifferently_IsResolvedAndNotPlain(string raw, string text) => Assert.Equal(new PolicyPath(text, IsPlain: false), PolicyPath.Of(raw));

    [Theory]
    [InlineData("/admin%00.html")]
    [InlineData("/%252e%252e/admin")]
    [InlineData("/%c0%ae%c0%ae/admin")]
    [InlineData("/admin;x=1")]
    [InlineData("/admin%3fx")]
    [InlineData("/admin#x")]
    [InlineData("/admin.")]
    [InlineData("/admin%20")]
    [InlineData("/%zz")]
    [InlineData("/a%0d%0ab")]
    public void OddPath_IsNotPlain(string raw) => Assert.False(PolicyPath.Of(raw).IsPlain);
}
