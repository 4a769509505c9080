import { createRouter, createWebHashHistory } from 'vue-router'
import ChatPage from '@/pages/ChatPage.vue'

declare module 'vue-router' {
  /** `public`: read by whoever opens it, with or without a session. */
  interface RouteMeta { public?: boolean }
}

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'chat', component: ChatPage },
    { path: '/form/:id', name: 'form', component: () => import('@/pages/FormPage.vue'), props: true },
    { path: '/me', name: 'me', component: () => import('@/pages/MePage.vue') },
    { path: '/notices', name: 'notices', component: () => import('@/pages/NoticesPage.vue') },
    { path: '/guide/:id', name: 'guide', component: () => import('@/pages/GuidePage.vue'), props: true, meta: { public: true } },
    { path: '/appointment/:id', name: 'appointment', component: () => import('@/pages/AppointmentPage.vue'), props: true },
    { path: '/privacy', name: 'privacy', component: () => import('@/pages/PrivacyPage.vue'), meta: { public: true } },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})
