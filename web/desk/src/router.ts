/** Pages, and who may open them. The same build serves the desk and the editors' page; the address says which one it is. */

import { createRouter, createWebHashHistory } from 'vue-router'
import LoginPage from '@/pages/LoginPage.vue'
import { useSession } from '@/stores/session'

export const isEditorSite = location.pathname.startsWith('/editor')

declare module 'vue-router' {
  interface RouteMeta { open?: boolean; needs?: 'desk' | 'supervisor' | 'editor' }
}

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/login', name: 'login', component: LoginPage, meta: { open: true } },
    { path: '/', name: 'home', component: LoginPage }, // never shown: the guard leads on
    { path: '/desk/:id?', name: 'workbench', component: () => import('@/pages/WorkbenchPage.vue'), props: true, meta: { needs: 'desk' } },
    { path: '/tickets/:number?', name: 'tickets', component: () => import('@/pages/TicketsPage.vue'), props: true, meta: { needs: 'desk' } },
    { path: '/overview', name: 'overview', component: () => import('@/pages/OverviewPage.vue'), meta: { needs: 'supervisor' } },
    { path: '/guides', name: 'guides', component: () => import('@/pages/GuidesPage.vue') },
    { path: '/guides/:id', name: 'guide', component: () => import('@/pages/GuidePage.vue'), props: true },
    { path: '/guides/:id/edit', name: 'edit-guide', component: () => import('@/pages/EditGuidePage.vue'), props: true, meta: { needs: 'editor' } },
    { path: '/questions', name: 'questions', component: () => import('@/pages/QuestionsPage.vue'), meta: { needs: 'editor' } },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})

function homeName(): string {
  return isEditorSite || !useSession().atDesk ? 'guides' : 'workbench'
}

router.beforeEach((to) => {
  const session = useSession()
  if (!session.user) return to.meta.open ? true : { name: 'login', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  if (to.name === 'login' || to.name === 'home') return { name: homeName() }
  if (to.meta.needs === 'desk' && !session.atDesk) return { name: 'guides' }
  if (to.meta.needs === 'editor' && !session.edits) return { name: 'guides' }
  if (to.meta.needs === 'supervisor' && !session.supervises) return { name: homeName() }
  return true
})
